/** The editor of a quote: lines by keyboard, sums and margin as they are typed, what needs approval and why, and every step to the order. */

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { Copy, Ellipsis, Eye, FileText, Lock, PencilLine, Send, Stamp, Trash2, Undo2 } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { Problem, reasonOf } from '@/lib/api'
import { notify, useActs } from '@/lib/actions'
import { useCommands } from '@/lib/commands'
import { apiUrl } from '@/lib/api'
import { formatTime } from '@/lib/format'
import { sheetKey, sheetQuery, step, submit, takeBack, type Sheet } from '@/lib/quotes'
import { useLocale, useObject } from '@/lib/session'
import { Button, Drop, DropItem, DropLine } from '@/ui/kit'
import { Blank, Bones, Failed } from '@/ui/states'
import { Crumb, TopBar } from '@/ui/TopBar'
import { Head } from './Head'
import { Lines } from './Lines'
import { Needs, Passed } from './Needs'
import { SendDialog } from './SendDialog'
import { StatePill } from './StatePill'
import { Sums } from './Sums'
import { Talk } from './Talk'
import { useSheet } from './useSheet'

export default function QuotePage() {
  const { t } = useTranslation()
  const { id } = useParams({ from: '/inside/quotes/$id' })
  const sheet = useQuery(sheetQuery(id))
  const object = useObject('quote')
  const refused = sheet.error instanceof Problem && [403, 404].includes(sheet.error.status)
  if (refused) return <Blank icon={Lock} title={t('quotes.hidden')} className="h-full">{t('quotes.hidden_hint')}</Blank>
  if (sheet.isError && !sheet.data) return <Failed error={sheet.error} onRetry={() => void sheet.refetch()} />
  return sheet.data && object ? <Editor key={id} id={id} sheet={sheet.data} /> : <div className="p-6"><Bones rows={10} /></div>
}

function Editor({ id, sheet }: { id: string; sheet: Sheet }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const queries = useQueryClient()
  const acts = useActs()
  const object = useObject('quote')
  const edit = useSheet(id, sheet)
  const [sending, setSending] = useState(false)
  const [busy, setBusy] = useState(false)
  const { quote } = sheet
  const needsAsking = sheet.needs.some((need) => !need.covered_by)
  const isOut = ['sent', 'read'].includes(quote.state)
  const link = sheet.versions.find((version) => version.revision === quote.revision)?.link

  useEffect(() => {
    document.title = `${quote.number} · Rapport`
    return () => void (document.title = 'Rapport')
  }, [quote.number])

  async function go(work: () => Promise<Sheet>) {
    setBusy(true)
    try {
      await edit.settled()
      queries.setQueryData(sheetKey(id), await work())
      void queries.invalidateQueries({ queryKey: ['approvals'] })
      void queries.invalidateQueries({ queryKey: ['list', 'quotes'] })
    } catch (error) {
      notify({ text: reasonOf(error), tone: 'bad' })
      void queries.invalidateQueries({ queryKey: sheetKey(id) })
    } finally {
      setBusy(false)
    }
  }
  const preview = () => void edit.settled().then(() => window.open(apiUrl(`/quotes/${id}/paper`), '_blank', 'noopener'))
  const copy = () => link && void navigator.clipboard.writeText(link).then(() => notify({ text: t('quotes.link_copied') }))

  useCommands(quote.number, [
    { id: 'preview', label: t('quotes.preview'), key: 'v', run: preview },
    ...(sheet.may_edit ? [{ id: 'line', label: t('quotes.add_line'), key: 'n', run: () => document.querySelector<HTMLInputElement>('[data-add-line]')?.focus() }] : []),
  ])

  return (
    <>
      <TopBar crumbs={<><Crumb to="/o/$plural" params={{ plural: 'quotes' }}>{t('quotes.title')}</Crumb><h1 className="flex min-w-0 items-center gap-2 tracking-normal"><FileText size={16} className="shrink-0 text-accent-text" /><span className="truncate">{quote.number}</span><StatePill state={quote.state} /></h1></>}>
        <span role="status" className="text-meta text-fg-3 max-md:sr-only">{edit.isSaving ? t('quotes.saving') : edit.isWaiting ? t('quotes.not_whole') : ''}</span>
        <Button onClick={preview}><Eye size={14} /><span className="max-md:sr-only">{t('quotes.preview')}</span></Button>
        {isOut && link && <Button look="outline" onClick={copy}><Copy size={14} />{t('quotes.copy_link')}</Button>}
        {sheet.may_edit && needsAsking && quote.state === 'draft' && <Button look="primary" disabled={busy || sheet.lines.length === 0} onClick={() => void go(() => submit(id, edit.note))}><Stamp size={14} />{t('quotes.submit')}</Button>}
        {sheet.may_edit && (!needsAsking || quote.state === 'approved') && <Button look="primary" disabled={busy || sheet.lines.length === 0} onClick={() => void edit.settled().then(() => setSending(true))}><Send size={14} />{t('quotes.send')}</Button>}
        {sheet.may_change && quote.state === 'in_approval' && <Button look="outline" disabled={busy} onClick={() => void go(() => takeBack(id))}><Undo2 size={14} />{t('quotes.take_back')}</Button>}
        {sheet.may_change && (
          <Drop align="end" width="w-60" trigger={<Button size="icon" aria-label={t('shell.more')}><Ellipsis size={16} /></Button>}>
            {['sent', 'read', 'expired', 'refused', 'withdrawn'].includes(quote.state) && <DropItem icon={<PencilLine size={14} />} onClick={() => void go(() => step(id, 'revision'))}>{t('quotes.revise')}</DropItem>}
            {!['accepted', 'refused', 'withdrawn'].includes(quote.state) && <DropItem icon={<Undo2 size={14} />} onClick={() => void go(() => step(id, 'withdrawal'))}>{t('quotes.withdraw')}</DropItem>}
            {object?.can.delete && <DropLine />}
            {object?.can.delete && <DropItem danger icon={<Trash2 size={14} />} onClick={() => void acts.trash(object, quote)}>{t('quotes.trash')}</DropItem>}
          </Drop>
        )}
      </TopBar>
      <div tabIndex={0} role="region" aria-label={quote.number} className="min-h-0 flex-1 overflow-y-auto outline-offset-[-2px]">
        <div className="mx-auto grid max-w-[1280px] items-start gap-6 px-5 py-5 max-md:px-4 lg:grid-cols-[minmax(0,1fr)_300px]">
          <div className="flex min-w-0 flex-col gap-5">
            {edit.fault && <p role="alert" className="rounded-md bg-bad-soft px-3 py-2 text-bad">{edit.fault}</p>}
            <Answered sheet={sheet} />
            <Head quote={quote} may={sheet.may_edit} onChange={edit.set} />
            <Lines edit={edit} quote={quote} may={sheet.may_edit} />
            {sheet.versions.length > 0 && <Talk id={id} mayAnswer={sheet.may_change} />}
          </div>
          <aside className="flex flex-col gap-5 lg:sticky lg:top-5">
            <Sums quote={quote} withoutCost={sheet.lines_without_cost} />
            <Needs sheet={sheet} note={edit.note} onNote={edit.setNote} />
            <Passed approvals={sheet.approvals} onDecided={() => void queries.invalidateQueries({ queryKey: sheetKey(id) })} />
            {sheet.versions.length > 0 && (
              <section aria-label={t('quotes.versions')}>
                <h2 className="pb-1 text-meta font-semibold tracking-normal text-fg-2">{t('quotes.versions')}</h2>
                <ul className="flex flex-col gap-2">
                  {sheet.versions.map((version) => (
                    <li key={version.id} className="text-meta text-fg-2">
                      <a className="text-accent-text hover:underline" href={apiUrl(`/quotes/${id}/versions/${version.id}/paper`)} target="_blank" rel="noopener">{t('quotes.version_sent', { number: version.revision, time: formatTime(version.sent_at, locale) })}</a>
                      <span className="block text-fg-3">{version.read_at ? t('quotes.read_by_people', { count: version.reads }) : t('quotes.not_read')}{version.machine_reads > 0 ? `, ${t('quotes.read_by_machines', { count: version.machine_reads })}` : ''}</span>
                    </li>
                  ))}
                </ul>
              </section>
            )}
          </aside>
        </div>
      </div>
      {sending && <SendDialog id={id} sheet={sheet} onClose={() => setSending(false)} onSent={(next) => { queries.setQueryData(sheetKey(id), next); setSending(false) }} />}
    </>
  )
}

/** What the customer answered, above everything else. */
function Answered({ sheet: { quote } }: { sheet: Sheet }) {
  const { t } = useTranslation()
  if (quote.state === 'accepted') {
    return (
      <p role="status" className="rounded-md bg-good-soft px-3 py-2 text-good">
        {t('quotes.was_accepted', { name: quote.accepted_by ?? '' })}
        {quote.placed_order && <> <Link to="/o/$plural/$id" params={{ plural: 'orders', id: quote.placed_order }} search={{}} className="font-medium underline">{t('quotes.open_order')}</Link></>}
      </p>
    )
  }
  if (quote.state === 'refused') return <p role="status" className="rounded-md bg-bad-soft px-3 py-2 text-bad">{t('quotes.was_refused')}{quote.refusal ? ` ${quote.refusal}` : ''}</p>
  if (quote.state === 'expired') return <p role="status" className="rounded-md bg-warn-soft px-3 py-2 text-warn">{t('quotes.has_expired')}</p>
  return null
}
