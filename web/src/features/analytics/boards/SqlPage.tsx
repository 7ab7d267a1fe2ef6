/** Questions in SQL: what can be asked beside the question, its answer as a table or bars, kept and shared under a name. */

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { ChevronDown, Download, Play, Plus, Square, Trash2 } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { Problem, reasonOf } from '@/lib/api'
import { formatInteger } from '@/lib/format'
import { createRecord, fewQuery, saveRecord, trashRecord, type RecordData } from '@/lib/records'
import { useLocale, useSession } from '@/lib/session'
import { answerQuery, sqlCsv, tablesQuery, type SqlTable } from '@/lib/sql'
import { iconOf } from '@/ui/icons'
import { Button, cx, Drop, DropItem, IconButton, Segments } from '@/ui/kit'
import { Bones } from '@/ui/states'
import { Answer, Choice, Choices, Page, useChoices } from '../parts'
import { drawable, SqlBars, SqlTableView } from './SqlAnswerView'
import { SEEN_WORDS } from './words'

const FIRST = 'select status, count(*) as deals, sum(amount) as amount\nfrom deals\ngroup by status\norder by deals desc'

export default function SqlPage() {
  const { t } = useTranslation()
  const [chosen] = useChoices()
  const kept = useQuery(fewQuery('sql_questions', { limit: 200, sort: 'title' } as never))
  const open = kept.data?.data.find((one) => one.id === chosen['q'])
  if (chosen['q'] && kept.isPending) return <Page icon={iconOf('file-text')} title={t('analysis.questions')}><Bones rows={8} /></Page>
  return <OneQuestion key={open?.id ?? 'new'} open={open} kept={kept.data?.data ?? []} />
}

function OneQuestion({ open, kept }: { open: RecordData | undefined; kept: RecordData[] }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const queries = useQueryClient()
  const session = useSession()
  const [, choose] = useChoices()
  const [sql, setSql] = useState(String(open?.['sql'] ?? FIRST))
  const [name, setName] = useState(open?.title ?? '')
  const [seen, setSeen] = useState(String(open?.['visibility'] ?? 'private'))
  const [asked, setAsked] = useState(open ? String(open['sql'] ?? '') : '')
  const [asBars, setAsBars] = useState((open?.['config'] as { chart?: string } | null)?.chart === 'bar')
  const [fault, setFault] = useState('')
  const answer = useQuery({ ...answerQuery(asked), enabled: asked !== '' })
  const tables = useQuery(tablesQuery)
  const isOwn = !open || open['owner'] === session?.user.id || session?.can.admin === true

  const run = () => {
    if (sql === asked) void answer.refetch()
    else setAsked(sql)
  }

  async function save() {
    setFault('')
    if (!name.trim()) return setFault(t('sql.name_it'))
    const set = { name: name.trim(), sql, visibility: seen, config: { chart: asBars ? 'bar' : 'table' } }
    try {
      const id = open && isOwn ? (await saveRecord('sql_questions', open.id, set), open.id) : (await createRecord('sql_questions', set)).data.id
      await queries.invalidateQueries({ queryKey: ['few', 'sql_questions'] })
      choose({ q: id })
    } catch (error) {
      setFault(reasonOf(error))
    }
  }

  async function drop() {
    if (!open) return
    await trashRecord('sql_questions', open.id).catch((error: unknown) => setFault(reasonOf(error)))
    await queries.invalidateQueries({ queryKey: ['few', 'sql_questions'] })
    choose({ q: undefined })
  }

  function download() {
    if (!answer.data) return
    const link = document.createElement('a')
    link.href = URL.createObjectURL(new Blob([`\uFEFF${sqlCsv(answer.data)}`], { type: 'text/csv' }))
    link.download = `${name.trim() || 'question'}.csv`
    link.click()
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
  }

  const told = answer.data
  return (
    <Page wide icon={iconOf('file-text')} title={open?.title || t('analysis.questions')} tools={(
      <>
        {open && isOwn && <IconButton label={t('board.delete')} onClick={() => void drop()}><Trash2 size={15} /></IconButton>}
        <Button look="outline" onClick={() => void save()}>{open && isOwn ? t('common.save') : t('sql.keep')}</Button>
        {answer.isFetching
          ? <Button look="primary" onClick={() => void queries.cancelQueries({ queryKey: ['sql', 'answer'] })}><Square size={13} />{t('sql.stop')}</Button>
          : <Button look="primary" onClick={run}><Play size={13} />{t('sql.run')}</Button>}
      </>
    )}>
      <Choices>
        <Drop trigger={<Button look="outline"><span className="max-w-48 truncate">{open?.title ?? t('sql.new')}</span><ChevronDown size={13} /></Button>}>
          {kept.map((one) => <DropItem key={one.id} checked={one.id === open?.id} onClick={() => choose({ q: one.id })}>{one.title}</DropItem>)}
          <DropItem icon={<Plus size={14} />} onClick={() => choose({ q: undefined })}>{t('sql.new')}</DropItem>
        </Drop>
        <label className="flex items-center gap-1.5 text-meta text-fg-2">{t('board.name')}<input value={name} maxLength={120} onChange={(event) => setName(event.target.value)} className="input !h-7 !min-h-7 !w-48 !px-2 !py-0 text-body text-fg pointer-coarse:!h-9" /></label>
        <Choice label={t('board.seen_by')} value={seen} options={Object.entries(SEEN_WORDS).map(([value, key]) => ({ value, label: t(key) }))} onChange={setSeen} />
        {fault && <p role="alert" className="text-meta text-bad">{fault}</p>}
      </Choices>
      <div className="flex min-h-0 flex-1 max-md:flex-col max-md:overflow-y-auto">
        <aside aria-label={t('sql.tables')} className="w-60 shrink-0 overflow-y-auto border-e border-line bg-subtle p-3 max-md:max-h-40 max-md:w-full max-md:border-e-0 max-md:border-b">
          <Answer query={tables} rows={8}>{(list) => <Tables tables={list} onPick={(text) => setSql(`${sql}${/\s$/.test(sql) || sql === '' ? '' : ' '}${text}`)} />}</Answer>
        </aside>
        <div className="flex min-w-0 flex-1 flex-col">
          <Editor sql={sql} onChange={setSql} onRun={run} />
          <div className="flex min-h-10 flex-wrap items-center gap-3 border-b border-line px-5 py-1.5 max-md:px-4">
            <p role="status" className="min-w-0 flex-1 text-meta text-fg-2 tabular-nums">
              {answer.isFetching ? t('sql.running') : told ? `${t('sql.rows', { count: told.rows.length, number: formatInteger(told.rows.length, locale) })}${told.more ? ` · ${t('sql.more')}` : ''} · ${t('sql.took', { time: formatInteger(told.took_ms, locale) })}` : t('sql.hint')}
            </p>
            {told && drawable(told) && <Segments label={t('sql.shown_as')} value={asBars ? 'bars' : 'table'} options={[{ value: 'table', label: t('sql.table') }, { value: 'bars', label: t('sql.bars') }]} onChange={(next) => setAsBars(next === 'bars')} />}
            {told && <Button size="sm" onClick={download}><Download size={13} />{t('sql.csv')}</Button>}
          </div>
          <div tabIndex={0} role="region" aria-label={t('sql.answer')} className={cx('min-h-48 flex-1 overflow-auto outline-offset-[-2px] transition-opacity', answer.isFetching && told && 'opacity-55')}>
            {answer.isError && !answer.isFetching ? <p role="alert" className="p-5 whitespace-pre-wrap text-bad">{said(answer.error)}</p>
              : told ? (asBars && drawable(told) ? <div className="p-5"><SqlBars answer={told} /></div> : <SqlTableView answer={told} />)
              : answer.isFetching ? <Bones rows={6} /> : null}
          </div>
        </div>
      </div>
    </Page>
  )
}

/** What the engine says of a question is for whoever wrote it. */
function said(error: unknown): string {
  return error instanceof Problem ? (error.fields[0]?.detail ?? reasonOf(error)) : reasonOf(error)
}

function Tables({ tables, onPick }: { tables: SqlTable[]; onPick: (text: string) => void }) {
  const { t } = useTranslation()
  const [typed, setTyped] = useState('')
  const shown = tables.filter((table) => typed === '' || table.name.includes(typed.toLowerCase()) || table.label.toLowerCase().includes(typed.toLowerCase()))
  return (
    <>
      <input type="search" value={typed} aria-label={t('sql.find_table')} placeholder={t('sql.find_table')} onChange={(event) => setTyped(event.target.value)} className="input mb-2 w-full" />
      {shown.map((table) => (
        <details key={table.name} className="mb-0.5">
          <summary className="flex min-h-6 cursor-pointer items-baseline gap-2 rounded-sm px-1.5 py-0.5 hover:bg-hover"><code className="text-meta font-medium">{table.name}</code><span className="min-w-0 truncate text-meta text-fg-3">{table.label}</span></summary>
          <ul className="ms-3 border-s border-line ps-2">
            {table.columns.map((column) => <li key={column.name}><button type="button" onClick={() => onPick(column.name)} className="flex min-h-6 w-full items-baseline gap-2 rounded-sm px-1.5 text-start hover:bg-hover"><code className="min-w-0 flex-1 truncate text-meta">{column.name}</code><span className="text-label text-fg-3">{column.type}</span></button></li>)}
          </ul>
        </details>
      ))}
    </>
  )
}

function Editor({ sql, onChange, onRun }: { sql: string; onChange: (sql: string) => void; onRun: () => void }) {
  const { t } = useTranslation()
  const [rows, setRows] = useState(8)
  useEffect(() => setRows(Math.max(6, Math.min(16, sql.split('\n').length + 1))), [sql])
  return (
    <textarea
      value={sql}
      rows={rows}
      spellCheck={false}
      autoCapitalize="off"
      aria-label={t('sql.question')}
      onChange={(event) => onChange(event.target.value)}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && (event.metaKey || event.ctrlKey)) { event.preventDefault(); onRun() }
      }}
      className="w-full shrink-0 resize-y border-b border-line bg-surface px-5 py-3 font-mono text-[13px] leading-5 outline-offset-[-2px] max-md:px-4"
    />
  )
}
