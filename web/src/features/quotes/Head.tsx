/** To whom, about what, until when, under which terms. */

import { ChevronDown } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { LANGUAGES } from '@/lib/i18n'
import type { Quote } from '@/lib/quotes'
import { linkedOf, type Linked } from '@/lib/records'
import { objectByName } from '@/lib/definitions'
import { useDefinitions, useLabel } from '@/lib/session'
import { Button, cx, Pop } from '@/ui/kit'
import { LinkPicker } from '@/ui/LinkPicker'

const INPUT = 'h-8 w-full rounded-sm bg-transparent px-2 shadow-[inset_0_0_0_1px_var(--line)] focus:outline-2 focus:outline-accent pointer-coarse:h-10'

export function Head({ quote, may, onChange }: { quote: Quote; may: boolean; onChange: (field: string, value: unknown) => void }) {
  const { t } = useTranslation()
  const [open, setOpen] = useState(false)
  return (
    <section aria-label={t('quotes.head')} className="flex flex-col gap-3">
      <div className="grid grid-cols-[repeat(auto-fill,minmax(190px,1fr))] gap-3">
        <Party object="company" quote={quote} may={may} onChange={onChange} />
        <Party object="contact" quote={quote} may={may} onChange={onChange} />
        <Typed label={t('quotes.subject')} value={quote.name ?? ''} may={may} onChange={(value) => onChange('name', value || null)} />
        <Typed label={t('quotes.valid_until')} type="date" value={quote.valid_until ?? ''} may={may} onChange={(value) => onChange('valid_until', value || null)} />
        <Typed label={t('quotes.payment_days')} type="number" value={quote.payment_days === null ? '' : String(quote.payment_days)} may={may} onChange={(value) => onChange('payment_days', value === '' ? null : Math.max(0, Math.round(Number(value))))} />
        <Currency value={quote.currency} may={may} onChange={(value) => onChange('currency', value)} />
        <Labelled label={t('quotes.language')}>
          {(id) => <select id={id} disabled={!may} value={quote.language} onChange={(event) => onChange('language', event.target.value)} className={INPUT}>{LANGUAGES.map((one) => <option key={one.code} value={one.code}>{one.name}</option>)}</select>}
        </Labelled>
      </div>
      <button type="button" aria-expanded={open} onClick={() => setOpen(!open)} className="flex items-center gap-1.5 self-start rounded-sm text-fg-2 hover:text-fg"><ChevronDown size={14} className={cx('transition-transform', !open && '-rotate-90')} />{t('quotes.texts')}</button>
      {open && (
        <div className="grid gap-3 md:grid-cols-2">
          <Words label={t('quotes.introduction')} value={quote.introduction ?? ''} may={may} onChange={(value) => onChange('introduction', value || null)} />
          <Words label={t('quotes.terms')} value={quote.terms ?? ''} may={may} onChange={(value) => onChange('terms', value || null)} />
        </div>
      )}
    </section>
  )
}

let count = 0

function Labelled({ label, children }: { label: string; children: (id: string) => ReactNode }) {
  const [id] = useState(() => `quote-${++count}`)
  return <div><label htmlFor={id} className="block pb-1 text-meta text-fg-3">{label}</label>{children(id)}</div>
}

/** Three letters; anything shorter is not one yet. */
function Currency({ value, may, onChange }: { value: string; may: boolean; onChange: (value: string) => void }) {
  const { t } = useTranslation()
  const [typed, setTyped] = useState<string | null>(null)
  const type = (next: string) => {
    const code = next.toUpperCase().replace(/[^A-Z]/g, '').slice(0, 3)
    setTyped(code)
    if (code.length === 3 && code !== value) onChange(code)
  }
  return <Labelled label={t('quotes.currency')}>{(id) => <input id={id} disabled={!may} value={typed ?? value} onBlur={() => setTyped(null)} onChange={(event) => type(event.target.value)} className={INPUT} />}</Labelled>
}

/** What is typed is kept here until the server knows it. */
function useTyped(value: string, onChange: (value: string) => void) {
  const [typed, setTyped] = useState<string | null>(null)
  if (typed !== null && typed === value) setTyped(null)
  return { shown: typed ?? value, type: (next: string) => { setTyped(next); onChange(next) }, leave: () => setTyped((held) => (held === value ? null : held)) }
}

function Typed({ label, value, may, type = 'text', onChange }: { label: string; value: string; may: boolean; type?: 'text' | 'date' | 'number'; onChange: (value: string) => void }) {
  const held = useTyped(value, onChange)
  return <Labelled label={label}>{(id) => <input id={id} type={type} min={type === 'number' ? 0 : undefined} disabled={!may} maxLength={200} value={held.shown} onBlur={held.leave} onChange={(event) => held.type(event.target.value)} className={INPUT} />}</Labelled>
}

function Words({ label, value, may, onChange }: { label: string; value: string; may: boolean; onChange: (value: string) => void }) {
  const held = useTyped(value, onChange)
  return <Labelled label={label}>{(id) => <textarea id={id} rows={6} disabled={!may} value={held.shown} onBlur={held.leave} onChange={(event) => held.type(event.target.value)} className={cx(INPUT, 'h-auto py-1.5 pointer-coarse:h-auto')} />}</Labelled>
}

function Party({ object, quote, may, onChange }: { object: 'company' | 'contact'; quote: Quote; may: boolean; onChange: (field: string, value: unknown) => void }) {
  const { t } = useTranslation()
  const labelOf = useLabel()
  const [open, setOpen] = useState(false)
  const definitions = useDefinitions()
  const field = objectByName(definitions, 'quote')?.fields.find((one) => one.name === object)
  const picked: Linked[] = field ? linkedOf(quote, field) : []
  const [chosen, setChosen] = useState<Linked | null>(null)
  const shown = chosen ?? picked[0]
  const label = field ? labelOf(field.label) : object
  return (
    <div>
      <span className="block pb-1 text-meta text-fg-3" aria-hidden>{label}</span>
      <Pop label={label} align="start" className="w-80" open={open} onOpenChange={setOpen} trigger={<Button look="outline" size="md" disabled={!may} aria-label={`${label}: ${shown?.title ?? t('quotes.nobody')}`} className="h-8! w-full justify-start! pointer-coarse:h-10!"><span className="truncate">{shown?.title ?? t('quotes.nobody')}</span></Button>}>
        <LinkPicker target={object} picked={picked} label={label} onEscape={() => setOpen(false)} onPick={(one) => { setChosen(one); onChange(object, one.id); setOpen(false) }} />
      </Pop>
    </div>
  )
}
