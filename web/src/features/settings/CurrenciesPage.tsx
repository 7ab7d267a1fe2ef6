/** The currencies in use and what they were worth from which day on. */

import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import { ArrowRight, Plus, Trash2, Upload } from 'lucide-react'
import { useMemo, useRef, useState } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { ask } from '@/lib/api'
import { notify } from '@/lib/actions'
import { currencyDigits, formatDate, formatMoney, parseNumber } from '@/lib/format'
import { useLocale, useSession } from '@/lib/session'
import { Button, IconButton, Pill } from '@/ui/kit'
import { Modal } from '@/ui/overlays'
import { Bones, Failed } from '@/ui/states'
import { Labelled } from './Labelled'
import { Ask, CARD, Card, Fault, faultsOf, Line, Lines, Note, Page, Section, useTry } from './parts'

interface Used {
  code: string
  decimals: number
  rate: string | null
  on: string | null
}
interface Currencies {
  company: string
  used: Used[]
}
interface Rate {
  currency: string
  on: string
  rate: string
}

const currenciesKey = ['currencies']
const today = () => new Date().toISOString().slice(0, 10)

function useCurrencyName(): (code: string) => string {
  const locale = useLocale()
  const names = useMemo(() => new Intl.DisplayNames(locale, { type: 'currency' }), [locale])
  return (code) => {
    try {
      return names.of(code) ?? code
    } catch {
      return code
    }
  }
}

/** A rate as people of this language write it, all digits kept. */
function useRateText(): (rate: string) => string {
  const locale = useLocale()
  return (rate) => new Intl.NumberFormat(locale, { maximumFractionDigits: 10 }).format(Number(rate))
}

export default function CurrenciesPage() {
  const { t } = useTranslation()
  const admin = useSession()?.can.admin === true
  const currencies = useQuery({ queryKey: currenciesKey, queryFn: async ({ signal }) => (await ask<Currencies>('GET', '/currencies', { signal })).data })
  const [open, setOpen] = useState<string | null>(null)
  const [bringing, setBringing] = useState(false)
  return (
    <Page title={t('currencies.title')} lead={t('currencies.lead')} action={admin && <Button look="outline" onClick={() => setBringing(true)}><Upload size={14} />{t('currencies.bring')}</Button>}>
      {currencies.isError ? <Failed error={currencies.error} onRetry={() => void currencies.refetch()} /> : currencies.isPending ? <Bones rows={5} className="!px-0" /> : (
        <>
          <InUse held={currencies.data} admin={admin} onOpen={setOpen} />
          <Convert held={currencies.data} />
          {open && <Rates key={open} currency={open} company={currencies.data.company} admin={admin} onClose={() => setOpen(null)} />}
        </>
      )}
      {bringing && <Bring onClose={() => setBringing(false)} />}
    </Page>
  )
}

function InUse({ held, admin, onOpen }: { held: Currencies; admin: boolean; onOpen: (code: string) => void }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const queries = useQueryClient()
  const nameOf = useCurrencyName()
  const rateText = useRateText()
  const attempt = useTry()
  const [main, setMain] = useState<string | null>(null)
  const all = useMemo(() => Intl.supportedValuesOf('currency').map((code) => ({ code, name: nameOf(code) })).sort((a, b) => a.name.localeCompare(b.name, locale)), [nameOf, locale])
  const used = held.used.map((one) => one.code)

  async function put(company: string, codes: string[], done: string) {
    await attempt(() => ask('PUT', '/currencies', { body: { company, used: codes } }), done)
    await queries.invalidateQueries({ queryKey: currenciesKey })
    void queries.invalidateQueries({ queryKey: ['company'] })
  }

  return (
    <Section
      title={t('currencies.used')}
      lead={t('currencies.used_lead')}
      action={admin && (
        <select aria-label={t('currencies.add')} className="input !w-56" value="" onChange={(event) => event.target.value && void put(held.company, [...used, event.target.value], t('currencies.added', { code: event.target.value }))}>
          <option value="">{t('currencies.add')}</option>
          {all.filter((one) => !used.includes(one.code)).map((one) => <option key={one.code} value={one.code}>{`${one.name} · ${one.code}`}</option>)}
        </select>
      )}
    >
      <Lines>
        {held.used.map((one) => (
          <Line
            key={one.code}
            icon={<span className="grid h-7 w-11 place-items-center rounded-sm bg-hover text-meta font-semibold text-fg-2">{one.code}</span>}
            title={nameOf(one.code)}
            note={one.code === held.company ? t('currencies.is_company') : one.rate ? t('currencies.worth', { code: one.code, rate: rateText(one.rate), company: held.company, date: one.on ? formatDate(one.on, locale) : '' }) : t('currencies.no_rate')}
          >
            {one.code === held.company ? <Pill hue={240}>{t('currencies.company')}</Pill> : (
              <>
                {!one.rate && <Pill hue={70}>{t('currencies.rate_missing')}</Pill>}
                <Button size="sm" look="outline" onClick={() => onOpen(one.code)}>{t('currencies.rates')}</Button>
                {admin && <IconButton label={t('currencies.remove', { code: one.code })} onClick={() => void put(held.company, used.filter((code) => code !== one.code), t('currencies.removed', { code: one.code }))}><Trash2 size={14} /></IconButton>}
              </>
            )}
          </Line>
        ))}
      </Lines>
      {admin && used.length > 1 && (
        <label className="mt-3 flex flex-wrap items-center gap-3 text-fg-2">
          {t('currencies.choose_company')}
          <select className="input !w-auto" value={held.company} onChange={(event) => setMain(event.target.value)}>{used.map((code) => <option key={code} value={code}>{`${code} · ${nameOf(code)}`}</option>)}</select>
        </label>
      )}
      {main && main !== held.company && (
        <Ask title={t('currencies.switch', { code: main })} verb={t('currencies.switch_do')} onNo={() => setMain(null)} onYes={async () => { await put(main, used, t('currencies.switched', { code: main })); setMain(null) }}>
          {t('currencies.switch_lead', { code: main })}
        </Ask>
      )}
    </Section>
  )
}

/** Reckons an amount as reports do, with the rate of that day. */
function Convert({ held }: { held: Currencies }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const rateText = useRateText()
  const others = held.used.map((one) => one.code)
  const [amount, setAmount] = useState('100')
  const [chosenFrom, setFrom] = useState<string | null>(null)
  const [chosenTo, setTo] = useState<string | null>(null)
  const from = chosenFrom ?? others.find((code) => code !== held.company) ?? held.company
  const to = chosenTo ?? held.company
  const [on, setOn] = useState(today())
  const minor = Math.round((parseNumber(amount) ?? 0) * 10 ** currencyDigits(from))
  const answer = useQuery({
    queryKey: [...currenciesKey, 'convert', minor, from, to, on],
    queryFn: async ({ signal }) => (await ask<{ amount: number; currency: string; on: string; rate: string }>('GET', '/currencies/convert', { query: { amount: minor, from, to, on }, signal })).data,
    enabled: others.length > 1 && /^\d{4}-\d{2}-\d{2}$/.test(on),
    retry: false,
  })
  if (others.length < 2) return null
  const choice = (label: string, value: string, set: (code: string) => void) => <Labelled label={label}><select className="input" value={value} onChange={(event) => set(event.target.value)}>{others.map((code) => <option key={code}>{code}</option>)}</select></Labelled>
  return (
    <Section title={t('currencies.try')} lead={t('currencies.try_lead')}>
      <Card className="!flex-row flex-wrap !items-end">
        <Labelled label={t('currencies.amount')}><input className="input w-32 text-end tabular-nums" inputMode="decimal" value={amount} onChange={(event) => setAmount(event.target.value)} /></Labelled>
        {choice(t('currencies.from'), from, setFrom)}
        <ArrowRight size={16} aria-hidden className="mb-2 text-fg-3 max-md:hidden rtl:rotate-180" />
        {choice(t('currencies.to'), to, setTo)}
        <Labelled label={t('currencies.on')}><input type="date" className="input" value={on} onChange={(event) => setOn(event.target.value)} /></Labelled>
        <p role="status" className="mb-1.5 min-w-40 flex-1">
          {answer.isError ? <span className="text-bad">{t('currencies.cannot')}</span> : answer.data ? <><span className="text-figure font-semibold tabular-nums">{formatMoney({ amount: answer.data.amount, currency: answer.data.currency }, locale)}</span> <span className="text-meta text-fg-3">{t('currencies.by_rate', { rate: rateText(answer.data.rate) })}</span></> : null}
        </p>
      </Card>
    </Section>
  )
}

// ---- the rates of one currency ----

function Rates({ currency, company, admin, onClose }: { currency: string; company: string; admin: boolean; onClose: () => void }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const queries = useQueryClient()
  const rateText = useRateText()
  const attempt = useTry()
  const [on, setOn] = useState(today())
  const [rate, setRate] = useState('')
  const [faults, setFaults] = useState<Record<string, string>>({})
  const rates = useInfiniteQuery({
    queryKey: [...currenciesKey, 'rates', currency],
    queryFn: async ({ pageParam, signal }) => (await ask<{ data: Rate[]; next: string | null }>('GET', '/currencies/rates', { query: { currency, cursor: pageParam, limit: 50 }, signal })).data,
    initialPageParam: '',
    getNextPageParam: (last) => last.next,
  })
  const rows = rates.data?.pages.flatMap((page) => page.data) ?? []
  const refresh = () => queries.invalidateQueries({ queryKey: currenciesKey })

  async function add(event: React.FormEvent) {
    event.preventDefault()
    const value = parseNumber(rate)
    if (value === null || value <= 0) return setFaults({ rate: t('form.bad_number') })
    setFaults({})
    try {
      await ask('PUT', '/currencies/rates', { body: { rates: [{ currency, on, rate: plain(rate) }] } })
      setRate('')
      await refresh()
    } catch (error) {
      setFaults(faultsOf(error))
    }
  }

  return (
    <Modal open title={t('currencies.rates_of', { code: currency })} onClose={onClose} width="max-w-[520px]">
      <div className="flex flex-col gap-4">
        <p className="text-fg-2">{t('currencies.rates_lead', { code: currency, company })}</p>
        {admin && (
          <form className="flex flex-wrap items-end gap-3" onSubmit={(event) => void add(event)}>
            <Labelled label={t('currencies.from_day')}><input type="date" className="input" required value={on} onChange={(event) => setOn(event.target.value)} /></Labelled>
            <Labelled label={t('currencies.one_is', { code: currency, company })} fault={faults['rate'] ?? faults['rates']}><input className="input w-36 text-end tabular-nums" inputMode="decimal" placeholder="0.9213" value={rate} aria-invalid={'rate' in faults} onChange={(event) => setRate(event.target.value)} /></Labelled>
            <Button look="primary" size="lg" type="submit"><Plus size={15} />{t('currencies.set')}</Button>
            <Fault>{faults['']}</Fault>
          </form>
        )}
        {rates.isError ? <Failed error={rates.error} onRetry={() => void rates.refetch()} /> : rates.isPending ? <Bones rows={4} className="!px-0" /> : rows.length === 0 ? <Note>{t('currencies.none_yet')}</Note> : (
          <>
            <Course rates={rows} />
            <div className={CARD}>
              <table className="w-full border-collapse">
                <thead><tr className="h-8 text-meta text-fg-3"><th scope="col" className="px-4 text-start font-medium">{t('currencies.from_day')}</th><th scope="col" className="px-2 text-end font-medium">{t('currencies.rate')}</th><th scope="col" className="w-12"><span className="sr-only">{t('settings.remove')}</span></th></tr></thead>
                <tbody>
                  {rows.map((row) => (
                    <tr key={row.on} className="h-9 border-t border-line">
                      <td className="px-4">{formatDate(row.on, locale)}</td>
                      <td className="px-2 text-end tabular-nums">{rateText(row.rate)}</td>
                      <td className="px-1">{admin && <IconButton label={t('currencies.remove_rate', { date: formatDate(row.on, locale) })} onClick={() => void attempt(() => ask('DELETE', `/currencies/rates/${currency}/${row.on}`)).then(refresh)}><Trash2 size={14} /></IconButton>}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
            {rates.hasNextPage && <Button look="outline" aria-busy={rates.isFetchingNextPage} onClick={() => void rates.fetchNextPage()}>{t('common.more')}</Button>}
          </>
        )}
      </div>
    </Modal>
  )
}

/** `1 204,5` as the server writes it. */
function plain(typed: string): string {
  const text = typed.replace(/[\s\u00a0\u202f']/g, '')
  return text.includes(',') && !text.includes('.') ? text.replace(',', '.') : text.replaceAll(',', '')
}

/** The course of the rates shown, oldest first; a line without axes. */
function Course({ rates }: { rates: Rate[] }) {
  const values = rates.map((rate) => Number(rate.rate)).reverse()
  if (values.length < 3) return null
  const low = Math.min(...values)
  const span = Math.max(...values) - low || 1
  const points = values.map((value, at) => `${((at / (values.length - 1)) * 460).toFixed(1)},${(36 - ((value - low) / span) * 32).toFixed(1)}`)
  const last = points.at(-1)?.split(',') ?? ['0', '0']
  return (
    <svg aria-hidden viewBox="0 0 464 40" className="h-10 w-full overflow-visible rtl:-scale-x-100" preserveAspectRatio="none">
      <polyline points={points.join(' ')} fill="none" stroke="var(--fg-3)" strokeWidth="1.5" vectorEffect="non-scaling-stroke" />
      <circle cx={last[0]} cy={last[1]} r="3" fill="var(--accent)" />
    </svg>
  )
}

function Bring({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const [csv, setCsv] = useState('')
  const [faults, setFaults] = useState<string[]>([])
  const input = useRef<HTMLInputElement>(null)

  async function bring(event: React.FormEvent) {
    event.preventDefault()
    setFaults([])
    try {
      const { data } = await ask<{ written: number; unchanged: number }>('POST', '/currencies/rates/import', { body: { csv } })
      await queries.invalidateQueries({ queryKey: currenciesKey })
      notify({ text: t('currencies.brought', { count: data.written }) })
      onClose()
    } catch (error) {
      setFaults(Object.entries(faultsOf(error)).map(([, detail]) => detail))
    }
  }

  return (
    <Modal open title={t('currencies.bring')} onClose={onClose} width="max-w-[520px]">
      <form className="flex flex-col gap-4" onSubmit={(event) => void bring(event)}>
        <p className="text-fg-2">{t('currencies.bring_lead')}</p>
        <textarea aria-label={t('currencies.csv')} rows={8} spellCheck={false} className="input font-mono text-meta" placeholder={'currency,on,rate\nUSD,2026-01-01,0.9213\nMDL,2026-01-01,0.0512'} value={csv} onChange={(event) => setCsv(event.target.value)} />
        {faults.length > 0 && <Fault>{faults.join(' ')}</Fault>}
        <div className="flex flex-wrap justify-end gap-2">
          <span className="flex-1"><Button look="outline" onClick={() => input.current?.click()}>{t('file.choose')}</Button></span>
          <input ref={input} type="file" className="sr-only" tabIndex={-1} aria-label={t('file.choose')} accept=".csv,.txt" onChange={(event) => { void event.target.files?.[0]?.text().then(setCsv); event.target.value = '' }} />
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button look="primary" type="submit" disabled={csv.trim() === ''}>{t('currencies.bring_do')}</Button>
        </div>
      </form>
    </Modal>
  )
}
