/** The company's definitions as a file: taken out, brought back after its differences were read. */

import { useQueryClient } from '@tanstack/react-query'
import { Check, Download, FileUp, Minus, Pencil, Plus, TriangleAlert } from 'lucide-react'
import { useRef, useState, type DragEvent } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { ask, Problem, reasonOf } from '@/lib/api'
import { notify } from '@/lib/actions'
import { formatNumber } from '@/lib/format'
import { useLocale } from '@/lib/session'
import { Button, cx, Pill } from '@/ui/kit'
import { Bones } from '@/ui/states'
import { Ask, CARD, Fault, Note, Page, Section, SwitchLine } from './parts'

interface Change {
  what: 'create' | 'change' | 'remove'
  kind: string
  name: string
  object?: string
  before?: unknown
  after?: unknown
  rows: number
  detail?: string
}
interface Plan {
  hash: string
  changes: Change[]
  notes?: string[]
}

const KIND_LABELS: Record<string, string> = {
  object: 'files.kind_object', field: 'files.kind_field', conditions: 'files.kind_conditions', role: 'files.kind_role', view: 'files.kind_view', layout: 'files.kind_layout', pipeline: 'files.kind_pipeline', stage: 'files.kind_stage', currencies: 'files.kind_currency', calendar: 'files.kind_calendar',
}
const VERBS = {
  create: { icon: Plus, tone: 'bg-ok-soft text-ok', label: 'files.create' },
  change: { icon: Pencil, tone: 'bg-accent-soft text-accent-text', label: 'files.change' },
  remove: { icon: Minus, tone: 'bg-bad-soft text-bad', label: 'files.remove' },
} as const

export default function FilesPage() {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const [text, setText] = useState<string | null>(null)
  const [name, setName] = useState('')
  const [remove, setRemove] = useState(false)
  const [plan, setPlan] = useState<Plan | null>(null)
  const [faults, setFaults] = useState<{ pointer: string; detail: string }[]>([])
  const [busy, setBusy] = useState(false)
  const [asking, setAsking] = useState(false)
  const [over, setOver] = useState(false)
  const input = useRef<HTMLInputElement>(null)

  async function download() {
    try {
      const { data } = await ask<{ text: string }>('GET', '/definitions/export')
      const address = URL.createObjectURL(new Blob([data.text], { type: 'application/json' }))
      const link = document.createElement('a')
      link.href = address
      link.download = `rapport-definitions-${new Date().toISOString().slice(0, 10)}.json`
      link.click()
      setTimeout(() => URL.revokeObjectURL(address), 10_000)
    } catch (error) {
      notify({ text: t('notice.not_saved', { reason: reasonOf(error) }), tone: 'bad' })
    }
  }

  async function make(source: string, removing: boolean) {
    setBusy(true)
    setFaults([])
    try {
      setPlan((await ask<Plan>('POST', '/definitions/plan', { body: { text: source, remove: removing } })).data)
    } catch (error) {
      setPlan(null)
      setFaults(error instanceof Problem && error.fields.length > 0 ? error.fields : [{ pointer: '', detail: reasonOf(error) }])
    } finally {
      setBusy(false)
    }
  }

  async function take(file: File | undefined) {
    if (!file) return
    const source = await file.text()
    setText(source)
    setName(file.name)
    await make(source, remove)
  }

  async function apply() {
    if (!plan || text === null) return
    try {
      const { data } = await ask<{ applied: number }>('POST', '/definitions/apply', { body: { text, hash: plan.hash, remove } })
      notify({ text: t('files.applied', { count: data.applied }) })
      setPlan(null)
      setText(null)
      await queries.invalidateQueries()
    } catch (error) {
      setFaults([{ pointer: '', detail: reasonOf(error) }])
      // Somebody changed a definition since: what would happen now is told anew.
      if (error instanceof Problem && error.status === 409) await make(text, remove)
    } finally {
      setAsking(false)
    }
  }

  function drop(event: DragEvent) {
    event.preventDefault()
    setOver(false)
    void take(event.dataTransfer.files[0])
  }

  const rows = plan?.changes.filter((change) => change.what === 'remove').reduce((sum, change) => sum + change.rows, 0) ?? 0
  return (
    <Page title={t('files.title')} lead={t('files.lead')}>
      <Section title={t('files.out')} lead={t('files.out_lead')}>
        <Button look="outline" size="lg" onClick={() => void download()}><Download size={15} />{t('files.export')}</Button>
      </Section>
      <Section title={t('files.in')} lead={t('files.in_lead')}>
        <div className="flex flex-col gap-4">
          <div
            onDragOver={(event) => {
              event.preventDefault()
              setOver(true)
            }}
            onDragLeave={() => setOver(false)}
            onDrop={drop}
            className={cx('flex flex-wrap items-center gap-4 rounded-lg border-2 border-dashed px-5 py-5', over ? 'border-accent bg-accent-soft' : 'border-line-strong')}
          >
            <span className="grid size-10 shrink-0 place-items-center rounded-lg bg-hover text-fg-2"><FileUp size={20} strokeWidth={1.6} /></span>
            <p className="min-w-40 flex-1">{text === null ? t('files.drop') : name}</p>
            <Button look={text === null ? 'primary' : 'outline'} size="lg" onClick={() => input.current?.click()}>{t('file.choose')}</Button>
            <input ref={input} type="file" className="sr-only" tabIndex={-1} aria-label={t('file.choose')} accept=".json,application/json" onChange={(event) => { void take(event.target.files?.[0]); event.target.value = '' }} />
          </div>
          <SwitchLine label={t('files.removing')} hint={t('files.removing_hint')} checked={remove} onChange={(next) => { setRemove(next); if (text !== null) void make(text, next) }} />
          {faults.length > 0 && <Fault>{faults.map((fault, at) => <span key={at} className="block">{fault.pointer && <code className="me-2 text-meta">{fault.pointer}</code>}{fault.detail}</span>)}</Fault>}
          {busy && <Bones rows={4} className="!px-0" />}
        </div>
      </Section>
      {plan && !busy && (
        <Section
          title={t('files.plan')}
          action={plan.changes.length > 0 && <Button look="primary" size="lg" onClick={() => (rows > 0 || plan.changes.some((change) => change.what === 'remove') ? setAsking(true) : void apply())}>{t('files.apply', { count: plan.changes.length })}</Button>}
        >
          <PlanText plan={plan} />
        </Section>
      )}
      {asking && plan && <Ask title={t('files.sure')} verb={t('files.apply', { count: plan.changes.length })} onYes={apply} onNo={() => setAsking(false)}>{t('files.sure_lead', { count: rows })}</Ask>}
    </Page>
  )
}

function PlanText({ plan }: { plan: Plan }) {
  const { t } = useTranslation()
  const locale = useLocale()
  if (plan.changes.length === 0) return <Note tone="ok"><Check size={15} className="me-1.5 inline" />{t('files.same')}</Note>
  const count = (what: Change['what']) => plan.changes.filter((change) => change.what === what).length
  const groups = [...new Set(plan.changes.map((change) => change.object ?? change.name))]
  return (
    <div className="flex flex-col gap-4">
      <p className="flex flex-wrap gap-2">
        {(['create', 'change', 'remove'] as const).filter((what) => count(what) > 0).map((what) => <span key={what} className={cx('rounded-sm px-2 py-0.5 text-meta font-medium tabular-nums', VERBS[what].tone)}>{t(VERBS[what].label)} {formatNumber(count(what), locale)}</span>)}
      </p>
      {(plan.notes ?? []).map((note) => <Note key={note} tone="warn">{note}</Note>)}
      {groups.map((group) => (
        <ul key={group} className={CARD}>
          {plan.changes.filter((change) => (change.object ?? change.name) === group).map((change, at) => <ChangeLine key={at} change={change} />)}
        </ul>
      ))}
    </div>
  )
}

function ChangeLine({ change }: { change: Change }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const { icon: Icon, tone, label } = VERBS[change.what]
  const kind = KIND_LABELS[change.kind]
  const lines = change.what === 'change' ? differencesOf(change.before, change.after) : []
  return (
    <li className="border-b border-line px-4 py-2.5 last:border-0">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <span className={cx('grid size-6 shrink-0 place-items-center rounded-sm', tone)}><Icon size={13} aria-label={t(label)} /></span>
        <span className="font-medium">{change.object && change.object !== change.name ? `${change.object}.${change.name}` : change.name}</span>
        <span className="text-fg-3">{kind ? t(kind) : change.kind}</span>
        <span className="min-w-0 flex-1 text-fg-2">{change.detail}</span>
        {change.rows > 0 && <Pill hue={change.what === 'remove' ? 25 : 70}>{change.what === 'remove' && <TriangleAlert size={12} className="me-1 inline" />}{t('files.rows', { count: change.rows, number: formatNumber(change.rows, locale) })}</Pill>}
      </div>
      {lines.length > 0 && (
        <dl className="mt-1.5 grid gap-x-4 gap-y-0.5 ps-9 text-meta md:grid-cols-[max-content_1fr]">
          {lines.map((line) => (
            <div key={line.path} className="contents">
              <dt className="text-fg-3">{line.path}</dt>
              <dd className="min-w-0 break-words">
                {line.before !== undefined && <del className="rounded-xs bg-bad-soft px-1 text-bad no-underline">{line.before}</del>}
                {line.before !== undefined && line.after !== undefined && <span aria-hidden className="mx-1.5 text-fg-3">→</span>}
                {line.after !== undefined && <ins className="rounded-xs bg-ok-soft px-1 text-ok no-underline">{line.after}</ins>}
              </dd>
            </div>
          ))}
        </dl>
      )}
    </li>
  )
}

interface Difference {
  path: string
  before?: string
  after?: string
}

/** What differs, by its path; at most a dozen lines, since the rest says no more. */
function differencesOf(before: unknown, after: unknown): Difference[] {
  const found: Difference[] = []
  const walk = (path: string, a: unknown, b: unknown) => {
    if (JSON.stringify(a) === JSON.stringify(b)) return
    const plain = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)
    if (plain(a) && plain(b)) {
      for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) walk(path ? `${path}.${key}` : key, a[key], b[key])
      return
    }
    const said = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value))
    found.push({ path, ...(a === undefined || a === null ? {} : { before: said(a) }), ...(b === undefined || b === null ? {} : { after: said(b) }) })
  }
  walk('', before, after)
  return found.slice(0, 12)
}
