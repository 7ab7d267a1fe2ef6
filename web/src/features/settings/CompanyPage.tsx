/** The company's name, mark and colour: what everybody sees, shown before it is saved. */

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Check, ImageUp, Mail, Moon, Sun, Trash2, TriangleAlert } from 'lucide-react'
import { useRef, useState, type CSSProperties } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { ask, reasonOf } from '@/lib/api'
import { notify } from '@/lib/actions'
import { companyQuery, wearAccent, type Company, type Shade } from '@/lib/company'
import { contrast, rgbOf, shadeOf } from '@/lib/contrast'
import { formatNumber } from '@/lib/format'
import { sessionQuery, useLocale } from '@/lib/session'
import { Button, cx, Mark, Pill } from '@/ui/kit'
import { Bones, Failed } from '@/ui/states'
import { Labelled } from './Labelled'
import { Card, Fault, faultsOf, Page, SaveBar, Section } from './parts'
import { ZoneChoice } from './ZoneChoice'

const HOUSE_COLOUR = '#4f46d8'
const SUGGESTED = ['#4f46d8', '#0a66c2', '#0e7490', '#0f766e', '#15803d', '#a16207', '#c2410c', '#be123c', '#a21caf', '#475569']
const LARGEST_LOGO = 1_000_000

export default function CompanyPage() {
  const { t } = useTranslation()
  const company = useQuery(companyQuery)
  return (
    <Page title={t('company.title')} lead={t('company.lead')}>
      {company.isError ? <Failed error={company.error} onRetry={() => void company.refetch()} /> : company.isPending ? <Bones rows={8} className="!px-0" /> : <Form key={JSON.stringify(company.data)} company={company.data} />}
    </Page>
  )
}

function Form({ company }: { company: Company }) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const [name, setName] = useState(company.name)
  const [zone, setZone] = useState(company.time_zone)
  const [colour, setColour] = useState(company.accent?.chosen ?? null)
  const [faults, setFaults] = useState<Record<string, string>>({})
  const [busy, setBusy] = useState(false)
  const dirty = name !== company.name || zone !== company.time_zone || colour !== (company.accent?.chosen ?? null)

  async function change(body: Record<string, unknown>, done: string) {
    setBusy(true)
    setFaults({})
    try {
      await ask('PATCH', '/company', { body })
      const next = await queries.fetchQuery({ ...companyQuery, staleTime: 0 })
      wearAccent(next.accent)
      await queries.invalidateQueries({ queryKey: sessionQuery.queryKey })
      notify({ text: done })
    } catch (error) {
      setFaults(faultsOf(error))
    } finally {
      setBusy(false)
    }
  }

  function save() {
    if (name.trim() === '') return setFaults({ name: t('form.required') })
    if (colour !== null && !rgbOf(colour)) return setFaults({ accent: t('company.bad_colour') })
    void change({ ...(name !== company.name ? { name: name.trim() } : {}), ...(zone !== company.time_zone ? { time_zone: zone } : {}), ...(colour !== (company.accent?.chosen ?? null) ? { accent: colour } : {}) }, t('company.saved'))
  }

  return (
    <>
      <Section title={t('company.who')}>
        <Card>
          <div className="grid gap-4 md:grid-cols-2">
            <Labelled label={t('company.name')} fault={faults['name']}><input className="input" value={name} maxLength={120} aria-invalid={'name' in faults} onChange={(event) => setName(event.target.value)} /></Labelled>
            <Labelled label={t('company.zone')} fault={faults['time_zone']} help={t('company.zone_help')}><ZoneChoice value={zone} onChange={setZone} /></Labelled>
          </div>
        </Card>
      </Section>
      <Section title={t('company.logo')} lead={t('company.logo_lead')}>
        <Logo company={company} onChange={(logo) => change({ logo }, logo ? t('company.logo_saved') : t('company.logo_removed'))} fault={faults['logo']} />
      </Section>
      <Section title={t('company.colour')} lead={t('company.colour_lead')}>
        <Colour colour={colour} onChange={setColour} fault={faults['accent']} />
      </Section>
      <Fault>{faults['']}</Fault>
      <SaveBar dirty={dirty} busy={busy} onSave={save} onReset={() => { setName(company.name); setZone(company.time_zone); setColour(company.accent?.chosen ?? null); setFaults({}) }} />
    </>
  )
}

function Logo({ company, onChange, fault }: { company: Company; onChange: (file: string | null) => Promise<void>; fault: string | undefined }) {
  const { t } = useTranslation()
  const input = useRef<HTMLInputElement>(null)
  const [wrong, setWrong] = useState<string | null>(null)
  const [sending, setSending] = useState(false)

  async function take(file: File | undefined) {
    if (!file) return
    setWrong(null)
    if (!/^image\/(png|jpeg|webp|gif)$/.test(file.type)) return setWrong(t('company.logo_kind'))
    if (file.size > LARGEST_LOGO) return setWrong(t('company.logo_large'))
    setSending(true)
    try {
      const { data } = await ask<{ id: string }>('POST', '/files', { query: { name: file.name }, file })
      await onChange(data.id)
    } catch (error) {
      setWrong(reasonOf(error))
    } finally {
      setSending(false)
    }
  }

  return (
    <div className="flex flex-wrap items-center gap-4">
      <span className="grid size-16 shrink-0 place-items-center overflow-hidden rounded-lg bg-white shadow-[inset_0_0_0_1px_var(--line)]">
        {company.logo ? <img src={company.logo} alt={t('company.logo_alt', { name: company.name })} className="max-h-14 max-w-14 object-contain" /> : <Mark name={company.name} size={44} />}
      </span>
      <Button look="outline" aria-busy={sending} onClick={() => input.current?.click()}><ImageUp size={15} />{company.logo ? t('company.logo_change') : t('company.logo_add')}</Button>
      {company.logo && <Button onClick={() => void onChange(null)}><Trash2 size={14} />{t('settings.remove')}</Button>}
      <input ref={input} type="file" className="sr-only" tabIndex={-1} aria-label={t('company.logo')} accept="image/png,image/jpeg,image/webp,image/gif" onChange={(event) => { void take(event.target.files?.[0]); event.target.value = '' }} />
      {(wrong ?? fault) && <p role="alert" className="w-full text-bad">{wrong ?? fault}</p>}
    </div>
  )
}

function Colour({ colour, onChange, fault }: { colour: string | null; onChange: (colour: string | null) => void; fault: string | undefined }) {
  const { t } = useTranslation()
  const chosen = colour ?? HOUSE_COLOUR
  const light = shadeOf(chosen, 'light')
  const dark = shadeOf(chosen, 'dark')
  return (
    <div className="flex flex-col gap-4">
      <div role="radiogroup" aria-label={t('company.colour')} className="flex flex-wrap gap-2">
        {SUGGESTED.map((one) => (
          <button key={one} type="button" role="radio" aria-checked={chosen.toLowerCase() === one} aria-label={one} onClick={() => onChange(one === HOUSE_COLOUR ? null : one)} className="grid size-8 place-items-center rounded-full text-white shadow-[inset_0_0_0_1px_oklch(0_0_0/.12)] pointer-coarse:size-11" style={{ background: one }}>
            {chosen.toLowerCase() === one && <Check size={16} strokeWidth={2.5} />}
          </button>
        ))}
      </div>
      <div className="flex flex-wrap items-end gap-3">
        <input type="color" aria-label={t('company.pick')} className="h-9 w-14 cursor-pointer rounded-sm bg-transparent" value={rgbOf(chosen) ? chosen : HOUSE_COLOUR} onChange={(event) => onChange(event.target.value)} />
        <Labelled label={t('company.hex')} fault={fault}><input className="input w-32 font-mono text-meta" value={chosen} spellCheck={false} aria-invalid={fault !== undefined} onChange={(event) => onChange(event.target.value)} /></Labelled>
        {colour !== null && <Button onClick={() => onChange(null)}>{t('company.house')}</Button>}
      </div>
      <div className="grid gap-4 md:grid-cols-2">
        {light && <Sample shade={light} theme="light" moved={light.accent.toLowerCase() !== chosen.toLowerCase()} />}
        {dark && <Sample shade={dark} theme="dark" moved={dark.accent.toLowerCase() !== chosen.toLowerCase()} />}
      </div>
    </div>
  )
}

/** A corner of the workspace in the colour, whatever theme the page has. */
function Sample({ shade, theme, moved }: { shade: Shade; theme: 'light' | 'dark'; moved: boolean }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const style = (theme === 'light'
    ? { '--s-page': 'oklch(1 0 0)', '--s-fg': 'oklch(.225 .018 270)', '--s-fg2': 'oklch(.445 .018 270)', '--s-line': 'oklch(.922 .005 270)', '--s-soft': `oklch(from ${shade.accent} .955 min(c,.022) h)`, '--s-text': `oklch(from ${shade.accent} .455 min(c,.2) h)` }
    : { '--s-page': 'oklch(.19 .008 272)', '--s-fg': 'oklch(.955 .004 272)', '--s-fg2': 'oklch(.745 .012 272)', '--s-line': 'oklch(.272 .01 272)', '--s-soft': `oklch(from ${shade.accent} .285 min(c,.065) h)`, '--s-text': `oklch(from ${shade.accent} .8 min(c,.115) h)` }) as CSSProperties
  const onButton = contrast(shade.accent, shade.on) ?? 0
  const Icon = theme === 'light' ? Sun : Moon
  return (
    <figure className="overflow-hidden rounded-md border border-line-strong">
      <div aria-hidden className="flex flex-col gap-3 p-4" style={{ ...style, background: 'var(--s-page)', color: 'var(--s-fg)' }}>
        <div className="flex items-center gap-2">
          <span className="flex h-7 items-center gap-1.5 rounded-sm px-2.5 font-medium" style={{ background: shade.accent, color: shade.on }}><Mail size={14} />{t('company.sample_button')}</span>
          <span className="font-medium" style={{ color: 'var(--s-text)' }}>{t('company.sample_link')}</span>
        </div>
        <div className="rounded-sm px-3 py-2" style={{ background: 'var(--s-soft)' }}>
          <span className="font-medium">{t('company.sample_row')}</span> <span style={{ color: 'var(--s-fg2)' }}>{t('company.sample_hint')}</span>
        </div>
        <div className="h-1.5 overflow-hidden rounded-full" style={{ background: 'var(--s-line)' }}><div className="h-full w-2/3 rounded-full" style={{ background: shade.accent }} /></div>
      </div>
      <figcaption className="flex flex-wrap items-center gap-2 border-t border-line px-4 py-2 text-meta text-fg-2">
        <Icon size={13} />
        {t('company.contrast', { ratio: formatNumber(Math.round(onButton * 10) / 10, locale) })}
        <Pill hue={155}>AA</Pill>
        {moved && <span className={cx('flex items-center gap-1 text-warn')}><TriangleAlert size={13} />{t('company.moved', { colour: shade.accent })}</span>}
      </figcaption>
    </figure>
  )
}
