/** What a change of rights would give and take, in sentences and figures: told before it is done. */

import { ArrowDown, ArrowUp, Crown, Equal } from 'lucide-react'
import { useTranslation } from '@/lib/useTranslation'
import { formatNumber } from '@/lib/format'
import { useDefinitions, useLabel, useLocale } from '@/lib/session'
import { objectByName } from '@/lib/definitions'
import { Avatar, cx } from '@/ui/kit'
import { RIGHTS, type May, type Preview } from './access'
import { MAY_LABELS, RIGHT_LABELS } from './words'
import { CARD, Note } from './parts'

export function PreviewText({ preview }: { preview: Preview }) {
  const { t } = useTranslation()
  const labelOf = useLabel()
  const locale = useLocale()
  const nothing = preview.objects.length === 0 && preview.admin.gain.length === 0 && preview.admin.lose.length === 0
  if (nothing) return <p className="flex items-center gap-2 text-fg-2"><Equal size={15} className="text-fg-3" />{t('preview.nothing')}</p>
  return (
    <div className="flex flex-col gap-4">
      {preview.looked_at < preview.users && <Note>{t('preview.looked_at', { number: formatNumber(preview.looked_at, locale), total: formatNumber(preview.users, locale) })}</Note>}
      {preview.admin.gain.length > 0 && <Note tone="warn"><Crown size={14} className="me-1.5 inline" />{t('preview.admin_gain', { names: preview.admin.gain.map((one) => one.name).join(', ') })}</Note>}
      {preview.admin.lose.length > 0 && <Note tone="warn"><Crown size={14} className="me-1.5 inline" />{t('preview.admin_lose', { names: preview.admin.lose.map((one) => one.name).join(', ') })}</Note>}
      {preview.objects.map((object) => (
        <section key={object.object} aria-label={labelOf(object.label_plural)} className={cx(CARD, 'p-4')}>
          <div className="mb-2 flex flex-wrap items-baseline gap-x-4 gap-y-1">
            <h3 className="font-semibold">{labelOf(object.label_plural)}</h3>
            {RIGHTS.map((right) => <Difference key={right} label={t(RIGHT_LABELS[right])} counted={object[right]} />)}
          </div>
          <ul className="flex flex-col gap-2">
            {object.users.map((one) => (
              <li key={one.user.id} className="flex gap-2.5">
                <Avatar name={one.user.name} size={22} />
                <div className="min-w-0 flex-1">
                  <p className="font-medium">{one.user.name}</p>
                  <ul className="text-meta text-fg-2">
                    {RIGHTS.filter((right) => one[right].gain > 0 || one[right].lose > 0).map((right) => (
                      <li key={right}>{t('preview.records', { right: t(RIGHT_LABELS[right]).toLocaleLowerCase(), before: formatNumber(one[right].before, locale), after: formatNumber(one[right].after, locale) })}</li>
                    ))}
                    <May verbs={one.may.gain} gain />
                    <May verbs={one.may.lose} />
                    <Fields object={object.object} names={one.fields.gain_read} label={t('preview.fields_gain_read')} />
                    <Fields object={object.object} names={one.fields.lose_read} label={t('preview.fields_lose_read')} />
                    <Fields object={object.object} names={one.fields.gain_write} label={t('preview.fields_gain_write')} />
                    <Fields object={object.object} names={one.fields.lose_write} label={t('preview.fields_lose_write')} />
                  </ul>
                </div>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </div>
  )
}

function Difference({ label, counted }: { label: string; counted: { gain: number; lose: number } }) {
  const locale = useLocale()
  if (counted.gain === 0 && counted.lose === 0) return null
  return (
    <span className="flex items-center gap-1.5 text-meta text-fg-2 tabular-nums">
      {label}
      {counted.gain > 0 && <span className="flex items-center gap-0.5 text-ok"><ArrowUp size={12} />{formatNumber(counted.gain, locale)}</span>}
      {counted.lose > 0 && <span className="flex items-center gap-0.5 text-bad"><ArrowDown size={12} />{formatNumber(counted.lose, locale)}</span>}
    </span>
  )
}

function May({ verbs, gain }: { verbs: May[]; gain?: boolean }) {
  const { t } = useTranslation()
  if (verbs.length === 0) return null
  const what = verbs.map((verb) => t(MAY_LABELS[verb]).toLocaleLowerCase()).join(', ')
  return <li>{gain ? t('preview.may_gain', { what }) : t('preview.may_lose', { what })}</li>
}

function Fields({ object, names, label }: { object: string; names: string[]; label: string }) {
  const definitions = useDefinitions()
  const labelOf = useLabel()
  if (names.length === 0) return null
  const fields = objectByName(definitions, object)?.fields ?? []
  return <li>{label} {names.map((name) => labelOf(fields.find((field) => field.name === name)?.label) || name).join(', ')}</li>
}

