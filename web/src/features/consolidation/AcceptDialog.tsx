/** Everything above a line taken for the same at once: what that would mean is told before it is done, and it can be taken back. */

import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useId, useState } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { jobStore } from '@/lib/actions'
import { ask, reasonOf } from '@/lib/api'
import type { ObjectDef } from '@/lib/definitions'
import { formatNumber } from '@/lib/format'
import { outlookQuery } from '@/lib/matching'
import type { Job } from '@/lib/records'
import { useLabel, useLocale } from '@/lib/session'
import { usePaused } from '@/lib/usePaused'
import { Button, cx } from '@/ui/kit'
import { Modal } from '@/ui/overlays'

/** Each step halves what is left to doubt, more or less. */
const LINES = [0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999, 0.9995, 0.9999] as const
const FIRST = 6

export default function AcceptDialog({ object, onClose }: { object: ObjectDef; onClose: () => void }) {
  const { t } = useTranslation()
  const labelOf = useLabel()
  const locale = useLocale()
  const id = useId()
  const [step, setStep] = useState(FIRST)
  const line = LINES[step] ?? 0.999
  const asked = Number(usePaused(String(line), 150))
  const outlook = useQuery({ ...outlookQuery(object.plural, asked), placeholderData: keepPreviousData })
  const [fault, setFault] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const told = outlook.data
  const percent = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 2 }).format(line)
  const stale = outlook.isPlaceholderData || asked !== line
  const none = told?.pairs === 0 && !stale

  async function accept() {
    if (busy || !told || none || stale) return
    setBusy(true)
    try {
      const { data } = await ask<Job>('POST', `/matching/${object.plural}/acceptance`, { body: { at_least: line } })
      jobStore.set({ job: data, plural: object.plural })
      onClose()
    } catch (error) {
      setFault(reasonOf(error))
      setBusy(false)
    }
  }

  return (
    <Modal
      open
      title={t('accept.title')}
      onClose={onClose}
      width="max-w-[520px]"
      footer={
        <>
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button look="primary" aria-disabled={!told || none || stale} aria-busy={busy} onClick={() => void accept()}>{told && !none ? t('accept.do', { count: told.pairs, number: formatNumber(told.pairs, locale) }) : none ? t('accept.do_none') : t('accept.title')}</Button>
        </>
      }
    >
      <div className="flex flex-col gap-5">
        <p className="text-fg-2">{t('accept.lead', { objects: labelOf(object.label_plural).toLocaleLowerCase(locale) })}</p>
        <div>
          <div className="flex items-baseline justify-between gap-3">
            <label htmlFor={id} className="font-medium">{t('accept.line')}</label>
            <output htmlFor={id} className="text-figure font-semibold tabular-nums">{percent}</output>
          </div>
          <input id={id} type="range" min={0} max={LINES.length - 1} step={1} value={step} aria-valuetext={percent} onChange={(event) => setStep(Number(event.target.value))} className="mt-2 h-6 w-full accent-accent" />
          <div aria-hidden className="flex justify-between text-label text-fg-3"><span>{t('accept.more')}</span><span>{t('accept.surer')}</span></div>
        </div>
        {outlook.isError ? <p role="alert" className="text-bad">{reasonOf(outlook.error)}</p> : (
          <dl role="status" className={cx('grid grid-cols-3 gap-3 transition-opacity', stale && 'opacity-55')}>
            <Figure label={t('accept.pairs')} value={told && formatNumber(told.pairs, locale)} />
            <Figure label={t('accept.entities')} value={told && formatNumber(told.entities, locale)} note={told && t('accept.of_records', { count: told.records, number: formatNumber(told.records, locale) })} />
            <Figure label={t('accept.wrong')} value={told && (told.expected_wrong > 0 && told.expected_wrong < 1 ? t('accept.hardly_any') : `≈ ${formatNumber(Math.round(told.expected_wrong), locale)}`)} tone={told && told.expected_wrong >= 1 ? 'warn' : undefined} />
          </dl>
        )}
        <p className="text-meta text-fg-3">{t('accept.way_back')}</p>
        {fault && <p role="alert" className="rounded-md bg-bad-soft px-3 py-2 text-bad">{fault}</p>}
      </div>
    </Modal>
  )
}

function Figure({ label, value, note, tone }: { label: string; value: string | undefined; note?: string | undefined; tone?: 'warn' | undefined }) {
  return (
    <div className="rounded-md bg-subtle px-3 py-2.5">
      <dt className="text-meta text-fg-3">{label}</dt>
      <dd className={cx('text-figure font-semibold tabular-nums', tone === 'warn' && 'text-warn')}>{value ?? '…'}</dd>
      {note && <dd className="text-meta text-fg-3">{note}</dd>}
    </div>
  )
}
