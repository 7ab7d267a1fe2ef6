/** In which languages the company works, and what of its own has no words in them yet. */

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from '@/lib/useTranslation'
import { ask } from '@/lib/api'
import { companyQuery, type Company } from '@/lib/company'
import { formatNumber } from '@/lib/format'
import { LANGUAGES } from '@/lib/i18n'
import type { Labels } from '@/lib/definitions'
import { useDefinitions, useLabel, useLocale } from '@/lib/session'
import { cx, Pill } from '@/ui/kit'
import { Bones, Failed } from '@/ui/states'
import { CARD, Note, Page, Section, Switch, useTry } from './parts'

export default function LanguagesPage() {
  const { t } = useTranslation()
  const company = useQuery(companyQuery)
  return (
    <Page title={t('languages.title')} lead={t('languages.lead')}>
      {company.isError ? <Failed error={company.error} onRetry={() => void company.refetch()} /> : company.isPending ? <Bones rows={5} className="!px-0" /> : <><Choice company={company.data} /><Missing languages={company.data.languages} /></>}
    </Page>
  )
}

function Choice({ company }: { company: Company }) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const attempt = useTry()

  async function change(body: Partial<Company>) {
    queries.setQueryData(companyQuery.queryKey, { ...company, ...body })
    const done = await attempt(() => ask('PATCH', '/company', { body }), t('languages.saved'))
    if (!done) queries.setQueryData(companyQuery.queryKey, company)
    await queries.invalidateQueries({ queryKey: companyQuery.queryKey })
  }

  return (
    <ul className={CARD}>
      {LANGUAGES.map((language) => {
        const on = company.languages.includes(language.code)
        const isDefault = company.language === language.code
        return (
          <li key={language.code} className="flex min-h-13 items-center gap-3 border-b border-line px-4 py-2 last:border-0">
            <span className="min-w-0 flex-1">
              <span lang={language.code} className={cx('font-medium', !on && 'text-fg-3')}>{language.name}</span>
              <span className="ms-2 text-meta text-fg-3 uppercase">{language.code}</span>
            </span>
            {isDefault ? <Pill hue={240}>{t('languages.default')}</Pill> : on && <button type="button" className="min-h-6 rounded-sm px-2 text-meta text-fg-2 hover:bg-hover pointer-coarse:min-h-11" onClick={() => void change({ language: language.code })}>{t('languages.make_default')}</button>}
            <Switch label={language.name} checked={on} disabled={isDefault} onChange={(next) => void change({ languages: LANGUAGES.map((one) => one.code).filter((code) => (code === language.code ? next : company.languages.includes(code))) })} />
          </li>
        )
      })}
    </ul>
  )
}

/** Labels of the company's own objects, fields and options without words in one of its languages. */
function Missing({ languages }: { languages: string[] }) {
  const { t } = useTranslation()
  const labelOf = useLabel()
  const locale = useLocale()
  const definitions = useDefinitions()
  const own = (definitions?.objects ?? []).map((object) => {
    const labels: Labels[] = [
      ...(object.custom ? [object.label, object.label_plural] : []),
      ...object.fields.filter((field) => field.custom).flatMap((field) => [field.label, ...(field.help ? [field.help] : []), ...(field.options ?? []).map((option) => option.label)]),
    ]
    return { object, gaps: languages.map((code) => ({ code, count: labels.filter((label) => !label[code]).length })).filter((gap) => gap.count > 0) }
  }).filter((one) => one.gaps.length > 0)
  return (
    <Section title={t('languages.missing')} lead={t('languages.missing_lead')}>
      {own.length === 0 ? <Note tone="ok">{t('languages.complete')}</Note> : (
        <ul className={CARD}>
          {own.map(({ object, gaps }) => (
            <li key={object.id} className="border-b border-line last:border-0">
              <Link to="/settings/objects/$name" params={{ name: object.name }} className="flex min-h-11 flex-wrap items-center gap-3 px-4 py-2 hover:bg-subtle">
                <span className="min-w-0 flex-1 truncate font-medium">{labelOf(object.label_plural)}</span>
                {gaps.map((gap) => <Pill key={gap.code} hue={70}>{`${gap.code} ${formatNumber(gap.count, locale)}`}</Pill>)}
              </Link>
            </li>
          ))}
        </ul>
      )}
    </Section>
  )
}
