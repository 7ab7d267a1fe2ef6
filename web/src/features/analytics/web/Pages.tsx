/** Pages, and for one of them what was looked at before and after it. */

import { useQuery } from '@tanstack/react-query'
import { useTranslation } from '@/lib/useTranslation'
import { shareText } from '@/lib/analysisFigures'
import { formatNumber } from '@/lib/format'
import { useLocale } from '@/lib/session'
import { pagesQuery, pathsQuery, sideQuery, type Around, type Asked } from '@/lib/visits'
import { Answer, Section, useChoices } from '../parts'
import { clockText, Nothing, ratio, Table } from './figures'

export default function Pages({ asked }: { asked: Asked }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const [chosen, choose] = useChoices()
  const pages = useQuery(pagesQuery(asked))
  const entries = useQuery(sideQuery({ ...asked, compare: 'none' }, 'entry', 10))
  const around = useQuery(pathsQuery(asked, chosen['page']))
  const count = (value: number) => formatNumber(value, locale)
  return (
    <>
      <Section title={t('web.paths')} lead={t('web.paths_lead')}>
        <Answer query={around} rows={5}>{(told) => (told.views === 0 ? <Nothing>{t('web.none_page')}</Nothing> : <Paths told={told} onOpen={(page) => choose({ page })} />)}</Answer>
      </Section>
      <Section title={t('web.pages')} lead={t('web.pages_lead')}>
        <Answer query={pages}>
          {(told) => told.rows.length === 0 ? <Nothing>{t('web.none_rows')}</Nothing> : (
            <Table label={t('web.pages')} head={t('web.page')} rows={told.rows} keyOf={(row) => row.path} size={(row) => row.views}
              name={(row) => <button type="button" aria-pressed={row.path === chosen['page']} onClick={() => choose({ page: row.path })} className="max-w-full truncate rounded-xs text-start hover:text-accent-text hover:underline">{row.path}</button>}
              columns={[
                { head: t('web.views'), cell: (row) => count(row.views) },
                { head: t('web.visits'), cell: (row) => count(row.visits), wide: true },
                { head: t('web.entries'), cell: (row) => count(row.entries) },
                { head: t('web.exits'), cell: (row) => shareText(ratio(row.exits, row.views), locale) },
                { head: t('web.duration'), cell: (row) => (row.seconds === null ? '—' : clockText(row.seconds)), wide: true },
              ]} />
          )}
        </Answer>
      </Section>
      <Section title={t('web.landing')} lead={t('web.landing_lead')}>
        <Answer query={entries}>
          {(told) => (
            <Table label={t('web.landing')} head={t('web.page')} rows={told.rows} keyOf={(row) => row.key} size={(row) => row.visits} name={(row) => row.key}
              columns={[{ head: t('web.visits'), cell: (row) => count(row.visits) }, { head: t('web.bounce'), cell: (row) => shareText(ratio(row.bounces, row.paged), locale) }, { head: t('web.duration'), cell: (row) => clockText(ratio(row.seconds, row.visits)), wide: true }]} />
          )}
        </Answer>
      </Section>
    </>
  )
}

function Paths({ told, onOpen }: { told: Around; onOpen: (page: string) => void }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const side = (title: string, rows: Around['before'], edge: string) => (
    <div className="min-w-0">
      <h3 className="mb-1 text-meta font-medium text-fg-3">{title}</h3>
      <ul className="flex flex-col">
        {rows.slice(0, 8).map((row) => (
          <li key={row.path ?? ''} className="relative flex h-7 items-center gap-2 overflow-hidden rounded-xs px-2">
            <span aria-hidden className="absolute inset-y-0.5 start-0 rounded-xs bg-accent-soft" style={{ width: `${ratio(row.views, told.views) * 100}%` }} />
            {row.path === null ? <span className="relative min-w-0 flex-1 truncate text-fg-2 italic">{edge}</span> : <button type="button" onClick={() => onOpen(row.path ?? '/')} className="relative min-w-0 flex-1 truncate rounded-xs text-start hover:text-accent-text hover:underline">{row.path}</button>}
            <span className="relative shrink-0 tabular-nums">{formatNumber(row.views, locale)}</span>
            <span className="relative w-10 shrink-0 text-end text-meta text-fg-2 tabular-nums">{shareText(ratio(row.views, told.views), locale)}</span>
          </li>
        ))}
      </ul>
    </div>
  )
  return (
    <div className="grid grid-cols-[1fr_minmax(160px,240px)_1fr] items-center gap-4 max-md:grid-cols-1">
      {side(t('web.before'), told.before, t('web.begins'))}
      <div className="min-w-0 rounded-md bg-accent-soft px-3 py-3 text-center text-accent-text">
        <p className="font-semibold break-all">{told.page}</p>
        <p className="text-meta tabular-nums">{t('web.views_number', { count: told.views, number: formatNumber(told.views, locale) })}</p>
      </div>
      {side(t('web.after'), told.after, t('web.ends'))}
    </div>
  )
}
