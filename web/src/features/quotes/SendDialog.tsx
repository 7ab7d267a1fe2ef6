/** Sends a quote: the version is frozen, and its customer gets the link by mail or from whoever sends it. */

import { useState } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { reasonOf } from '@/lib/api'
import { notify } from '@/lib/actions'
import { send, type Sheet } from '@/lib/quotes'
import { Button, Tick } from '@/ui/kit'
import { Modal } from '@/ui/overlays'

export function SendDialog({ id, sheet, onClose, onSent }: { id: string; sheet: Sheet; onClose: () => void; onSent: (next: Sheet) => void }) {
  const { t } = useTranslation()
  const [mail, setMail] = useState(false)
  const [message, setMessage] = useState('')
  const [fault, setFault] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)

  async function go() {
    setBusy(true)
    setFault(null)
    try {
      const { link, sheet: next } = await send(id, mail, message.trim())
      onSent(next)
      if (mail) notify({ text: t('quotes.mailed') })
      else await navigator.clipboard.writeText(link).then(() => notify({ text: t('quotes.link_copied') }), () => notify({ text: t('quotes.was_sent') }))
    } catch (error) {
      setFault(reasonOf(error))
      setBusy(false)
    }
  }

  return (
    <Modal
      title={t('quotes.send_title', { number: sheet.quote.number })}
      open
      onClose={onClose}
      footer={<><Button onClick={onClose}>{t('quotes.cancel')}</Button><Button look="primary" disabled={busy} onClick={() => void go()}>{mail ? t('quotes.send_mail') : t('quotes.make_link')}</Button></>}
    >
      <div className="flex flex-col gap-3">
        <p className="text-fg-2">{t('quotes.send_hint')}</p>
        <div className="flex items-center gap-2.5"><Tick checked={mail} onChange={setMail} label={t('quotes.by_mail')} /><span aria-hidden>{t('quotes.by_mail')}</span></div>
        {mail && <textarea aria-label={t('quotes.message')} placeholder={t('quotes.message')} rows={5} maxLength={2000} value={message} onChange={(event) => setMessage(event.target.value)} className="w-full rounded-sm bg-transparent px-2 py-1.5 shadow-[inset_0_0_0_1px_var(--line-strong)] focus:outline-2 focus:outline-accent" />}
        {fault && <p role="alert" className="text-bad">{fault}</p>}
      </div>
    </Modal>
  )
}
