/** How good the data is: a score for all and for each kind of record, each figure with its rows and its mend. */

import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { ChevronDown, Download, Gauge, Pencil, Plus, RefreshCw, Trash2 } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { ask, apiUrl, reasonOf } from '@/lib/api'
import { notify } from '@/lib/actions'
import { objectByName, objectByPlural } from '@/lib/definitions'
import { formatNumber, formatRelative } from '@/lib/format'
import { useDefinitions, useLabel, useLocale, useSession } from '@/lib/session'
import { iconOf } from '@/ui/icons'
import { Button, cx, Drop, DropItem, IconButton, Pill } from '@/ui/kit'
import { Blank, Bones, Failed } from '@/ui/states'
import { TopBar } from '@/ui/TopBar'
import { Households } from './Households'
import { Letters } from './Letters'
import { Progress } from './Progress'
import { moved, qualityOfSource, qualityQuery, rulesQuery, type QualityFigure, type QualityObject, type QualityRule } from './quality'
import { Sparkline } from './Sparkline'
import { useJob } from './useJob'

const MendDialog = lazy(() => import('./MendDialog'))
const RuleDialog = lazy(() => import('./RuleDialog'))

export const SEVERITIES = { info: 'quality.severity_info', warning: 'quality.severity_warning', error: 'quality.severity_error' } as const
const HUES = { info: 240, warning: 70, error: 25 } as const

export default function QualityPage() {
  const { t } = useTranslation()
  const locale = useLocale()
  const quality = useQuery(qualityQuery)
  const isAdmin = useSession()?.can.admin === true
  const measuring = useJob({ path: '/quality/measure', running: null, refresh: ['quality'], failed: t('quality.failed') })
  const [mending, setMending] = useState<{ of: QualityObject; figure: QualityFigure } | null>(null)
  const told = quality.data
  const measure = isAdmin && !measuring.job && <Button look="outline" onClick={measuring.start}><RefreshCw size={14} />{t('quality.measure')}</Button>

  return (
    <>
      <TopBar crumbs={<h1 className="flex items-center gap-2 tracking-normal"><Gauge size={16} className="text-accent-text" />{t('quality.title')}</h1>}>
        {measuring.job && <Progress job={measuring.job} label={t('quality.measuring')} onCancel={measuring.cancel} />}
        {told && told.objects.length > 0 && (
          <Drop align="end" trigger={<Button aria-label={t('quality.export')}><Download size={14} /><span className="max-md:hidden">{t('quality.export')}</span></Button>}>
            {(['html', 'csv', 'text'] as const).map((format) => <DropItem key={format} onClick={() => window.open(apiUrl('/quality/report', { format }), '_self')}>{format.toUpperCase()}</DropItem>)}
          </Drop>
        )}
        {told?.day && measure}
      </TopBar>
      <div className="min-h-0 flex-1 overflow-y-auto">
        {quality.isError && !told ? (
          <Failed error={quality.error} onRetry={() => void quality.refetch()} />
        ) : !told ? (
          <Bones rows={10} />
        ) : (
          <div className="mx-auto flex max-w-[980px] flex-col gap-6 px-6 py-6 max-md:px-4">
            {told.objects.length === 0 || told.score === null ? (
              <Blank icon={Gauge} title={t('quality.none')} action={measure || undefined}>{t('quality.none_hint')}</Blank>
            ) : (
              <>
                <header className="flex flex-wrap items-center gap-x-5 gap-y-2">
                  <Score score={told.score} large />
                  <div className="min-w-0 flex-1">
                    <p className="flex flex-wrap items-center gap-x-2 text-lead font-semibold">{t('quality.overall')}<Moved score={told.score} before={told.before} /></p>
                    <p className="text-fg-2">{t('quality.lead')}{told.measured_at && ` · ${t('quality.measured', { when: formatRelative(told.measured_at, locale) })}`}</p>
                  </div>
                </header>
                {told.objects.map((one) => <Of key={one.object} of={one} onMend={(figure) => setMending({ of: one, figure })} />)}
              </>
            )}
            <Households isAdmin={isAdmin} />
            <Rules isAdmin={isAdmin} />
            <Letters isAdmin={isAdmin} />
          </div>
        )}
      </div>
      <Suspense>{mending && <MendDialog of={mending.of} figure={mending.figure} onClose={() => setMending(null)} />}</Suspense>
    </>
  )
}

function Score({ score, large }: { score: number; large?: boolean }) {
  const { t } = useTranslation()
  const locale = useLocale()
  return (
    <span className="flex items-baseline gap-1.5">
      <span className={cx('font-semibold tracking-[-0.02em] tabular-nums', large ? 'text-key' : 'text-figure')}>{formatNumber(Math.round(score), locale)}</span>
      <span className="text-meta text-fg-3">{t('quality.score')}</span>
    </span>
  )
}

function Moved({ score, before }: { score: number; before: number | null }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const points = moved(score, before)
  if (points === null) return before === null ? null : <span className="text-meta font-normal text-fg-3">{t('quality.same')}</span>
  const text = formatNumber(Math.abs(points), locale)
  return <span className={cx('text-meta font-medium', points > 0 ? 'text-ok' : 'text-bad')}>{points > 0 ? t('quality.up', { points: text }) : t('quality.down', { points: text })}</span>
}

function Of({ of, onMend }: { of: QualityObject; onMend: (figure: QualityFigure) => void }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const definitions = useDefinitions()
  const [whole, setWhole] = useState(false)
  const Icon = iconOf(objectByName(definitions, of.object)?.icon ?? '')
  const [source, setSource] = useState('')
  const narrowed = useQuery({ ...qualityOfSource(of.object, source), enabled: source !== '', placeholderData: keepPreviousData })
  const told = source === '' ? of : (narrowed.data ?? of)
  const faulty = told.figures.filter((figure) => figure.faulty > 0)
  const well = told.figures.length - faulty.length
  const shown = whole ? faulty : faulty.slice(0, 6)
  return (
    <section aria-label={of.label} className="rounded-md border border-line">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-1.5 px-4 py-3">
        <Icon size={18} strokeWidth={1.75} className="text-fg-3" />
        <h2 className="text-lead font-semibold">{of.label}</h2>
        <span className="text-meta text-fg-3">{t('quality.records', { count: told.records, number: formatNumber(told.records, locale) })}</span>
        <span className="flex-1" />
        {told.score !== null && <Moved score={told.score} before={told.before} />}
        <Sparkline trend={told.trend} />
        {told.score !== null && <Score score={told.score} />}
      </div>
      {of.sources.length > 0 && <Sources of={of} chosen={source} onChoose={(next) => { setSource(next); setWhole(false) }} />}
      {narrowed.isError && source !== '' ? <Failed error={narrowed.error} onRetry={() => void narrowed.refetch()} /> :
        faulty.length === 0 ? <p className="border-t border-line px-4 py-3 text-fg-2">{t('quality.fine')}</p> : (
        <ul className={cx('border-t border-line', source !== '' && (narrowed.isPlaceholderData || narrowed.isPending) && 'opacity-60')} aria-busy={narrowed.isFetching}>
          {shown.map((figure) => <Figure key={figure.measure} of={of} figure={figure} onMend={source === '' ? () => onMend(figure) : null} />)}
        </ul>
      )}
      {(faulty.length > shown.length || (well > 0 && faulty.length > 0)) && (
        <div className="flex items-center gap-3 border-t border-line px-4 py-2 text-meta text-fg-3">
          {faulty.length > shown.length && <button type="button" onClick={() => setWhole(true)} className="inline-flex min-h-6 items-center gap-1 hover:text-fg"><ChevronDown size={13} />{t('common.more')} ({formatNumber(faulty.length - shown.length, locale)})</button>}
          {well > 0 && <span>{t('quality.well', { count: well })}</span>}
        </div>
      )}
    </section>
  )
}

/** Scores by where records came from; one pressed narrows the figures to it. */
function Sources({ of, chosen, onChoose }: { of: QualityObject; chosen: string; onChoose: (source: string) => void }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const choice = (source: string, label: string, score: number | null) => (
    <button key={source} type="button" aria-pressed={chosen === source} onClick={() => onChoose(source)} className={cx('inline-flex h-6 max-w-56 items-center gap-1.5 rounded-sm px-2 pointer-coarse:h-8', chosen === source ? 'bg-accent-soft text-accent-text' : 'text-fg-2 hover:bg-hover hover:text-fg')}>
      <span className="truncate">{label}</span>
      {score !== null && <span className="tabular-nums">{formatNumber(Math.round(score), locale)}</span>}
    </button>
  )
  return (
    <div role="group" aria-label={t('quality.sources')} className="flex flex-wrap items-center gap-x-1 gap-y-0.5 border-t border-line px-4 py-1.5 text-meta">
      <span aria-hidden className="me-1 text-fg-3">{t('quality.sources')}</span>
      {choice('', t('quality.all_sources'), of.score)}
      {of.sources.map((one) => choice(one.source, one.label, one.score))}
    </div>
  )
}

const MENDS = { normalise: 'quality.mend_normalise', import: 'quality.mend_import', review: 'quality.mend_review', edit: 'quality.mend_edit' } as const
const LINK = 'inline-flex h-7 items-center rounded-sm px-2.5 font-medium whitespace-nowrap text-fg-2 hover:bg-hover hover:text-fg pointer-coarse:h-9'

function Figure({ of, figure, onMend }: { of: QualityObject; figure: QualityFigure; onMend: (() => void) | null }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const object = objectByPlural(useDefinitions(), of.plural)
  const share = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: figure.share < 10 ? 1 : 0 }).format(figure.share / 100)
  const what = [figure.field_label, figure.label].filter(Boolean).join(': ')
  return (
    <li className="grid min-h-12 grid-cols-[minmax(0,1fr)_168px_150px] items-center gap-x-4 gap-y-1 border-b border-line px-4 py-2 last:border-0 max-md:grid-cols-[minmax(0,1fr)_auto]">
      <span className="min-w-0">
        <span className="flex min-w-0 items-center gap-2">
          {figure.mend?.kind === 'review' ? <Link to="/duplicates" search={{ object: of.plural }} className="truncate font-medium hover:text-accent-text hover:underline" aria-label={t('quality.rows', { what })}>{what}</Link>
            : figure.filter ? <Link to="/o/$plural" params={{ plural: of.plural }} search={{ f: figure.filter }} className="truncate font-medium hover:text-accent-text hover:underline" aria-label={t('quality.rows', { what })}>{what}</Link> : <span className="truncate font-medium">{what}</span>}
          {figure.severity !== 'info' && <Pill hue={HUES[figure.severity]} dot>{t(SEVERITIES[figure.severity])}</Pill>}
        </span>
        {figure.faults.length > 0 && <span className="block truncate text-meta text-fg-3">{figure.faults.slice(0, 3).map((fault) => `${fault.text} ${formatNumber(fault.count, locale)}`).join(' · ')}</span>}
      </span>
      <span className="flex items-center gap-2.5 max-md:order-3 max-md:col-span-full">
        <span aria-hidden className="h-1.5 w-16 shrink-0 overflow-hidden rounded-full bg-active"><span className={cx('block h-full rounded-full', figure.severity === 'error' ? 'bg-bad-fill' : figure.severity === 'warning' ? 'bg-warn-fill' : 'bg-accent')} style={{ width: `${Math.max(2, Math.min(100, figure.share))}%` }} /></span>
        <span className="text-meta whitespace-nowrap text-fg-2 tabular-nums" title={t('quality.of', { faulty: formatNumber(figure.faulty, locale), looked: formatNumber(figure.looked, locale) })}>{formatNumber(figure.faulty, locale)} · {share}</span>
      </span>
      <span className="flex justify-end max-md:col-start-2 max-md:row-start-1">
        {figure.mend?.kind === 'normalise' && object?.can.update && onMend ? <Button look="outline" onClick={onMend}>{t(MENDS.normalise)}</Button>
          : figure.mend?.kind === 'review' ? <Link to="/duplicates" search={{ object: of.plural }} className={LINK}>{t(MENDS.review)}</Link>
          : figure.mend?.kind === 'import' && object?.can.import ? <Link to="/imports" search={{ object: of.plural }} className={LINK}>{t(MENDS.import)}</Link>
          : figure.filter ? <Link to="/o/$plural" params={{ plural: of.plural }} search={{ f: figure.filter }} className={LINK}>{object?.can.update ? t(MENDS.edit) : t('quality.open')}</Link> : null}
      </span>
    </li>
  )
}

function Rules({ isAdmin }: { isAdmin: boolean }) {
  const { t } = useTranslation()
  const labelOf = useLabel()
  const queries = useQueryClient()
  const definitions = useDefinitions()
  const rules = useQuery(rulesQuery)
  const [editing, setEditing] = useState<QualityRule | 'new' | null>(null)
  if (!rules.data || (rules.data.length === 0 && !isAdmin)) return null

  async function remove(rule: QualityRule) {
    try {
      await ask('DELETE', `/quality/rules/${rule.id}`)
      // Made again as it was: a rule has nothing else.
      const back = () => void ask('POST', '/quality/rules', { body: { object: rule.object, name: rule.name, condition: rule.condition, weight: rule.weight, severity: rule.severity } }).then(() => queries.invalidateQueries({ queryKey: ['quality-rules'] }))
      notify({ text: t('quality.rule_removed', { name: rule.name }), action: { label: t('undo.undo'), run: back } })
    } catch (error) {
      notify({ text: t('notice.not_saved', { reason: reasonOf(error) }), tone: 'bad' })
    }
    await queries.invalidateQueries({ queryKey: ['quality-rules'] })
  }

  return (
    <section aria-label={t('quality.rules')}>
      <div className="mb-2.5 flex items-end gap-3">
        <div className="min-w-0 flex-1"><h2 className="text-lead font-semibold">{t('quality.rules')}</h2><p className="text-fg-2">{t('quality.rules_lead')}</p></div>
        {isAdmin && <Button look="outline" onClick={() => setEditing('new')}><Plus size={14} />{t('quality.add_rule')}</Button>}
      </div>
      {rules.data.length === 0 ? <p className="text-fg-3">{t('quality.no_rules')}</p> : (
        <ul className="rounded-md border border-line">
          {rules.data.map((rule) => (
            <li key={rule.id} className="flex min-h-12 items-center gap-3 border-b border-line px-4 py-2 last:border-0">
              <span className="min-w-0 flex-1">
                <span className="block truncate font-medium">{rule.name}</span>
                <span className="block truncate text-meta text-fg-3">{labelOf(objectByName(definitions, rule.object)?.label_plural)} · <code>{rule.condition}</code></span>
              </span>
              <Pill hue={HUES[rule.severity]} dot>{t(SEVERITIES[rule.severity])}</Pill>
              {isAdmin && <IconButton label={t('quality.change_rule', { name: rule.name })} onClick={() => setEditing(rule)}><Pencil size={14} /></IconButton>}
              {isAdmin && <IconButton label={t('quality.remove_rule', { name: rule.name })} onClick={() => void remove(rule)}><Trash2 size={14} /></IconButton>}
            </li>
          ))}
        </ul>
      )}
      <Suspense>{editing && <RuleDialog rule={editing === 'new' ? null : editing} onClose={() => setEditing(null)} />}</Suspense>
    </section>
  )
}
