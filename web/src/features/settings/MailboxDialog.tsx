/** Sets up a mailbox: whose it is and where its servers are, tried before it is kept; then what is read and who sees it. */

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Check, X } from 'lucide-react'
import { useEffect, useState } from 'react'
import { ask } from '@/lib/api'
import { mailboxesQuery } from '@/lib/mail'
import { recordQuery, type RecordData } from '@/lib/records'
import { useSession } from '@/lib/session'
import { useTranslation } from '@/lib/useTranslation'
import { Button } from '@/ui/kit'
import { Modal } from '@/ui/overlays'
import { Bones } from '@/ui/states'
import { Labelled } from './Labelled'
import { useTrouble } from './mailboxWords'
import { Fault, faultsOf, SwitchLine } from './parts'

interface Fields {
  name: string
  address: string
  from_name: string
  login: string
  signs_in_by: string
  imap_host: string
  imap_port: string
  imap_security: string
  smtp_host: string
  smtp_port: string
  smtp_security: string
  since: string
  privacy: string
  never_reads: string
  new_senders: string
  signature: string
  sequence_letters: string
  counts_readers: boolean
  paused: boolean
}

const EMPTY: Fields = { name: '', address: '', from_name: '', login: '', signs_in_by: 'password', imap_host: '', imap_port: '993', imap_security: 'tls', smtp_host: '', smtp_port: '465', smtp_security: 'tls', since: '', privacy: 'metadata', never_reads: '', new_senders: 'keep', signature: '', sequence_letters: '100', counts_readers: true, paused: false }

interface Said {
  ok: boolean
  code?: string
  detail?: string
}

function fieldsOf(record: RecordData): Fields {
  const text = (name: string) => (record[name] === null || record[name] === undefined ? '' : String(record[name]))
  return Object.fromEntries(Object.keys(EMPTY).map((name) => [name, name === 'paused' || name === 'counts_readers' ? record[name] === true : text(name)])) as unknown as Fields
}

export default function MailboxDialog({ mailbox, onClose }: { mailbox: string | null; onClose: () => void }) {
  const { t } = useTranslation()
  const record = useQuery({ ...recordQuery('mailboxes', mailbox ?? ''), enabled: mailbox !== null })
  if (mailbox !== null && !record.data) return <Modal open title={t('mailboxes.edit')} onClose={onClose} width="max-w-[680px]"><Bones rows={6} /></Modal>
  return <Form mailbox={mailbox} begun={record.data ? fieldsOf(record.data) : EMPTY} onClose={onClose} />
}

const SECURITIES = [['tls', 'mailboxes.security_tls'], ['starttls', 'mailboxes.security_starttls'], ['none', 'mailboxes.security_none']] as const

function Form({ mailbox, begun, onClose }: { mailbox: string | null; begun: Fields; onClose: () => void }) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const me = useSession()?.user.id
  const trouble = useTrouble()
  const [fields, setFields] = useState(begun)
  const [secret, setSecret] = useState('')
  const [said, setSaid] = useState<{ imap: Said; smtp: Said } | null>(null)
  const [faults, setFaults] = useState<Record<string, string>>({})
  const [busy, setBusy] = useState<'try' | 'save' | null>(null)
  const change = (part: Partial<Fields>) => setFields((held) => ({ ...held, ...part }))
  const text = (name: keyof Fields) => ({ value: String(fields[name]), onChange: (event: { target: { value: string } }) => change({ [name]: event.target.value }) })

  // The usual names of a provider's servers, as long as nobody typed others.
  useEffect(() => {
    const domain = fields.address.split('@')[1]?.trim()
    if (mailbox !== null || !domain?.includes('.')) return
    setFields((held) => ({ ...held, ...(/^imap\.|^$/.test(held.imap_host) ? { imap_host: `imap.${domain}` } : {}), ...(/^smtp\.|^$/.test(held.smtp_host) ? { smtp_host: `smtp.${domain}` } : {}) }))
  }, [fields.address, mailbox])

  async function attempt(what: 'try' | 'save', act: () => Promise<void>) {
    if (busy) return
    setBusy(what)
    setFaults({})
    try {
      await act()
    } catch (error) {
      setFaults(faultsOf(error))
    } finally {
      setBusy(null)
    }
  }

  const tryOut = () => attempt('try', async () => {
    setSaid(null)
    const servers = { imap_host: fields.imap_host, imap_port: Number(fields.imap_port) || 0, imap_security: fields.imap_security, smtp_host: fields.smtp_host, smtp_port: Number(fields.smtp_port) || 0, smtp_security: fields.smtp_security }
    const { data } = await ask<{ imap: Said; smtp: Said }>('POST', '/mail/try', { body: { ...servers, login: fields.login.trim() || fields.address.trim().toLowerCase(), by_token: fields.signs_in_by === 'token', ...(secret ? { secret } : {}), ...(mailbox ? { mailbox } : {}) } })
    setSaid(data)
  })

  const save = () => attempt('save', async () => {
    const body = { ...fields, name: fields.name.trim() || fields.address.trim(), imap_port: Number(fields.imap_port) || 0, smtp_port: Number(fields.smtp_port) || 0, since: fields.since || null, from_name: fields.from_name || null, login: fields.login.trim() || null, never_reads: fields.never_reads || null, signature: fields.signature || null, sequence_letters: Number(fields.sequence_letters) || 0 }
    const id = mailbox ?? (await ask<{ id: string }>('POST', '/mailboxes', { body: { ...body, owner: me } })).data.id
    if (mailbox) await ask('PATCH', `/mailboxes/${mailbox}`, { body })
    if (secret) await ask('PUT', `/mailboxes/${id}/secret`, { body: { secret } })
    await Promise.all([queries.invalidateQueries({ queryKey: mailboxesQuery.queryKey }), queries.invalidateQueries({ queryKey: ['record', 'mailboxes'] })])
    onClose()
  })

  const security = (name: 'imap_security' | 'smtp_security', label: string) => <Labelled label={label}><select className="input" {...text(name)}>{SECURITIES.map(([value, word]) => <option key={value} value={value}>{t(word)}</option>)}</select></Labelled>
  return (
    <Modal
      open
      title={mailbox ? t('mailboxes.edit') : t('mailboxes.add')}
      onClose={onClose}
      width="max-w-[680px]"
      footer={<><Button className="me-auto" look="outline" aria-busy={busy === 'try'} onClick={() => void tryOut()}>{t('mailboxes.try')}</Button><Button onClick={onClose}>{t('common.cancel')}</Button><Button look="primary" aria-busy={busy === 'save'} onClick={() => void save()}>{t('common.save')}</Button></>}
    >
      <div className="flex flex-col gap-4">
        {faults[''] && <Fault>{faults['']}</Fault>}
        <div className="grid gap-4 sm:grid-cols-2">
          <Labelled label={t('mailboxes.address')} fault={faults['address']}><input className="input" type="email" autoComplete="off" {...text('address')} /></Labelled>
          <Labelled label={t('mailboxes.password')} fault={faults['secret']} help={mailbox ? t('mailboxes.password_kept') : t('mailboxes.password_hint')}><input className="input" type="password" autoComplete="new-password" value={secret} onChange={(event) => setSecret(event.target.value)} /></Labelled>
          <Labelled label={t('mailboxes.name')} fault={faults['name']}><input className="input" maxLength={120} placeholder={fields.address} {...text('name')} /></Labelled>
          <Labelled label={t('mailboxes.from_name')}><input className="input" maxLength={120} {...text('from_name')} /></Labelled>
        </div>
        {(['imap', 'smtp'] as const).map((kind) => (
          <fieldset key={kind} className="grid grid-cols-[1fr_90px_130px] gap-3 max-sm:grid-cols-2">
            <Labelled label={t(kind === 'imap' ? 'mailboxes.imap' : 'mailboxes.smtp')} fault={faults[`${kind}_host`]}><input className="input" spellCheck={false} {...text(`${kind}_host`)} /></Labelled>
            <Labelled label={t('mailboxes.port')} fault={faults[`${kind}_port`]}><input className="input" inputMode="numeric" {...text(`${kind}_port`)} /></Labelled>
            {security(`${kind}_security`, t('mailboxes.security'))}
          </fieldset>
        ))}
        <div className="grid gap-4 sm:grid-cols-2">
          <Labelled label={t('mailboxes.login')} help={t('mailboxes.login_hint')}><input className="input" autoComplete="off" {...text('login')} /></Labelled>
          <Labelled label={t('mailboxes.signs_in_by')}><select className="input" {...text('signs_in_by')}><option value="password">{t('mailboxes.by_password')}</option><option value="token">{t('mailboxes.by_token')}</option></select></Labelled>
        </div>
        {said && (
          <ul aria-live="polite" className="flex flex-col gap-1 rounded-md bg-hover px-3 py-2">
            {(['imap', 'smtp'] as const).map((kind) => <li key={kind} className="flex items-start gap-2 break-words">{said[kind].ok ? <Check size={15} className="mt-0.5 shrink-0 text-good" /> : <X size={15} className="mt-0.5 shrink-0 text-bad" />}<span className="min-w-0">{t(kind === 'imap' ? 'mailboxes.imap' : 'mailboxes.smtp')}: {said[kind].ok ? t('mailboxes.lets_in') : [trouble(said[kind].code ?? ''), said[kind].detail].filter(Boolean).join(' — ')}</span></li>)}
          </ul>
        )}
        <div className="grid gap-4 sm:grid-cols-2">
          <Labelled label={t('mailboxes.privacy')} help={t('mailboxes.privacy_hint')} fault={faults['privacy']}><select className="input" {...text('privacy')}><option value="metadata">{t('mailboxes.sight_metadata')}</option><option value="subject">{t('mailboxes.sight_subject')}</option><option value="all">{t('mailboxes.sight_all')}</option></select></Labelled>
          <Labelled label={t('mailboxes.new_senders')}><select className="input" {...text('new_senders')}><option value="keep">{t('mailboxes.senders_keep')}</option><option value="lead">{t('mailboxes.senders_lead')}</option></select></Labelled>
          <Labelled label={t('mailboxes.since')} help={t('mailboxes.since_hint')}><input className="input" type="date" {...text('since')} /></Labelled>
          <Labelled label={t('mailboxes.never')} help={t('mailboxes.never_hint')}><input className="input" {...text('never_reads')} /></Labelled>
        </div>
        <Labelled label={t('mailboxes.signature')}><textarea className="input field-sizing-content max-h-40 min-h-16 resize-none" {...text('signature')} /></Labelled>
        <Labelled label={t('mailboxes.sequence_letters')} help={t('mailboxes.sequence_letters_hint')} fault={faults['sequence_letters']}><input className="input !w-28" inputMode="numeric" {...text('sequence_letters')} /></Labelled>
        <SwitchLine label={t('mailboxes.counts')} hint={t('mailboxes.counts_hint')} checked={fields.counts_readers} onChange={(counts_readers) => change({ counts_readers })} />
        {mailbox && <SwitchLine label={t('mailboxes.pause')} hint={t('mailboxes.pause_hint')} checked={fields.paused} onChange={(paused) => change({ paused })} />}
      </div>
    </Modal>
  )
}
