/** While a record is typed: those that may be the same already, the certain ones first, and a way to them. */

import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { TriangleAlert } from 'lucide-react'
import { useTranslation } from '@/lib/useTranslation'
import { ask } from '@/lib/api'
import { faceOf, objectByName, templateFields, type FieldDef, type ObjectDef } from '@/lib/definitions'
import { probabilityText, type Candidate } from '@/lib/matching'
import { formStore } from '@/lib/panels'
import { isEmpty } from '@/lib/records'
import { useDefinitions, useLabel, useLocale } from '@/lib/session'
import { Face } from '@/ui/Face'
import { Pill } from '@/ui/kit'
import { usePaused } from '@/lib/usePaused'

interface Hint {
  object: string
  id: string
  title: string
  subtitle?: string | null
  reasons: string[]
  certain: boolean
}

/** By these a record is told from another: what it is called by, how it is reached, what must be its own. */
function isTelling(object: ObjectDef, field: FieldDef): boolean {
  const known = field as FieldDef & { identity?: boolean | null }
  return !field.readonly && (known.identity === true || field.unique === true || ['email', 'phone', 'url'].includes(field.type) || templateFields(object.title).includes(field.name)) && ['text', 'email', 'phone', 'url'].includes(field.type)
}

export default function Duplicates({ object, values, except }: { object: ObjectDef; values: Record<string, unknown>; except: string | null }) {
  const { t } = useTranslation()
  const labelOf = useLabel()
  const locale = useLocale()
  const definitions = useDefinitions()
  const told = Object.fromEntries(object.fields.filter((field) => isTelling(object, field) && !isEmpty(values[field.name]) && String(values[field.name]).trim().length > 1).map((field) => [field.name, String(values[field.name]).trim()]))
  const asked = usePaused(JSON.stringify(told), 350)
  const found = useQuery({
    queryKey: ['duplicates', object.plural, asked, except],
    enabled: asked !== '{}' && object.can.read,
    retry: false,
    staleTime: 15_000,
    queryFn: async ({ signal }) => (await ask<{ data: Hint[] }>('GET', `/${object.plural}/duplicates`, { query: { ...(JSON.parse(asked) as Record<string, string>), except: except ?? undefined }, signal })).data.data,
  })
  // What the comparison of all records has learned knows more than equal values: a name turned round, a slip of the finger.
  const isCompared = object.party === true || object.name === 'lead' || object.custom === true
  const weighed = useQuery({
    queryKey: ['candidates', object.plural, asked, except],
    enabled: asked !== '{}' && object.can.read && isCompared,
    retry: false,
    staleTime: 15_000,
    queryFn: async ({ signal }) => (await ask<{ data: Candidate[] }>('POST', `/matching/${object.plural}/candidates`, { body: { values: JSON.parse(asked) as Record<string, string>, at_least: 0.5 }, signal })).data.data,
  })
  const candidates = asked === '{}' ? [] : (weighed.data ?? []).filter((one) => one.record.id !== except)
  const chanceOf = (id: string) => candidates.find((one) => one.record.id === id)?.probability
  const said = asked === '{}' ? [] : (found.data ?? [])
  const hints: Hint[] = [
    ...said,
    ...candidates.filter((one) => !said.some((hint) => hint.id === one.record.id)).map(({ record, probability }): Hint => ({ object: object.name, id: record.id, title: record.title, subtitle: record.subtitle ?? null, reasons: [], certain: probability >= 0.99 })),
  ]
  const isCertain = hints.some((hint) => hint.certain)
  return (
    <div role="status" aria-live="polite">
      {hints.length > 0 && (
        <div className={isCertain ? 'rounded-md bg-warn-soft px-3 py-2' : 'rounded-md bg-subtle px-3 py-2 shadow-[inset_0_0_0_1px_var(--line)]'}>
          <p className={isCertain ? 'flex items-center gap-1.5 text-meta font-medium text-warn' : 'flex items-center gap-1.5 text-meta font-medium text-fg-2'}>
            <TriangleAlert size={13} />
            {isCertain ? t('duplicates.certain') : t('duplicates.maybe')}
          </p>
          <ul className="mt-1">
            {hints.map((hint) => {
              const of = objectByName(definitions, hint.object) ?? object
              return (
                <li key={hint.id}>
                  <Link to="/o/$plural/$id" params={{ plural: of.plural, id: hint.id }} onClick={() => formStore.set(null)} className="flex min-h-8 items-center gap-2 rounded-sm px-1 hover:bg-hover">
                    <Face kind={faceOf(of)} name={hint.title} icon={of.icon} size={20} />
                    <span className="min-w-0 flex-1 truncate"><span className="font-medium">{hint.title || t('common.untitled')}</span>{hint.subtitle && <span className="text-fg-2"> · {hint.subtitle}</span>}</span>
                    {chanceOf(hint.id) !== undefined && <span className="shrink-0 text-meta text-fg-2 tabular-nums" title={t('duplicates.chance', { chance: probabilityText(chanceOf(hint.id) ?? 0, locale) })}>{probabilityText(chanceOf(hint.id) ?? 0, locale)}</span>}
                    {hint.reasons.slice(0, 2).map((reason) => <Pill key={reason}>{reason === 'name' ? t('duplicates.name') : labelOf(object.fields.find((field) => field.name === reason)?.label) || reason}</Pill>)}
                  </Link>
                </li>
              )
            })}
          </ul>
        </div>
      )}
    </div>
  )
}
