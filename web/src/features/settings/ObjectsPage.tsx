/** The company's objects: those that came with the product and those it added. */

import { useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { ChevronRight, Plus } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { ask, Problem, reasonOf } from '@/lib/api'
import { formatNumber } from '@/lib/format'
import { definitionsQuery, useDefinitions, useLabel, useLocale } from '@/lib/session'
import { Face } from '@/ui/Face'
import { Button, Pill } from '@/ui/kit'
import { Modal } from '@/ui/overlays'
import { Labelled } from './Labelled'
import { areasOf } from './areas'
import { nameFrom } from './names'
import { ObjectPlace } from './ObjectPlace'
import { CARD, Page, SwitchLine } from './parts'
import { AREA_LABELS } from './words'

export default function ObjectsPage() {
  const { t } = useTranslation()
  const labelOf = useLabel()
  const locale = useLocale()
  const definitions = useDefinitions()
  const [adding, setAdding] = useState(false)
  const objects = definitions?.objects ?? []
  const areas = areasOf(objects)
  return (
    <Page title={t('objects.title')} lead={t('objects.lead')} action={<Button look="primary" onClick={() => setAdding(true)}><Plus size={15} />{t('objects.new')}</Button>}>
      {areas.map((area) => (
        <section key={area} aria-label={t(AREA_LABELS[area] ?? 'area.customers')}>
          <h2 className="mb-1.5 text-meta font-medium text-fg-3">{t(AREA_LABELS[area] ?? 'area.customers')}</h2>
          <ul className={CARD}>
            {objects.filter((object) => object.area === area).map((object) => (
              <li key={object.id} className="border-b border-line last:border-0">
                <Link to="/settings/objects/$name" params={{ name: object.name }} className="flex min-h-12 items-center gap-3 px-4 hover:bg-subtle">
                  <Face kind="icon" name={object.name} icon={object.icon} size={26} />
                  <span className="min-w-0 flex-1">
                    <span className="block truncate font-medium">{labelOf(object.label_plural)}</span>
                    <span className="block truncate text-meta text-fg-3">{object.name}</span>
                  </span>
                  {object.custom && <Pill hue={275}>{t('objects.own')}</Pill>}
                  <span className="text-meta text-fg-2 tabular-nums">{t('objects.fields', { count: object.fields.length, number: formatNumber(object.fields.length, locale) })}</span>
                  <ChevronRight size={15} className="shrink-0 text-fg-3 rtl:rotate-180" />
                </Link>
              </li>
            ))}
          </ul>
        </section>
      ))}
      {adding && <NewObject onClose={() => setAdding(false)} />}
    </Page>
  )
}

/** What every object of one's own begins with, named in the languages of the product. */
const NAME = { en: 'Name', ru: 'Название', zh: '名称', ro: 'Nume' }
const OWNER = { en: 'Owner', ru: 'Ответственный', zh: '负责人', ro: 'Responsabil' }

function NewObject({ onClose }: { onClose: () => void }) {
  const { t, i18n } = useTranslation()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const [one, setOne] = useState('')
  const [many, setMany] = useState('')
  const [name, setName] = useState<string | null>(null)
  const [plural, setPlural] = useState<string | null>(null)
  const [area, setArea] = useState('customers')
  const [icon, setIcon] = useState('box')
  const [owned, setOwned] = useState(true)
  const [faults, setFaults] = useState<Record<string, string>>({})
  const [general, setGeneral] = useState<string | null>(null)
  const theName = name ?? nameFrom(one)
  const thePlural = plural ?? (nameFrom(many) === theName && theName ? `${theName}s` : nameFrom(many))

  async function create(event: React.FormEvent) {
    event.preventDefault()
    const found: Record<string, string> = {}
    if (one.trim() === '') found['label'] = t('form.required')
    if (many.trim() === '') found['label_plural'] = t('form.required')
    if (!/^[a-z][a-z0-9_]*$/.test(theName)) found['name'] = t('objects.bad_name')
    if (!/^[a-z][a-z0-9_]*$/.test(thePlural)) found['plural'] = t('objects.bad_name')
    setFaults(found)
    setGeneral(null)
    if (Object.keys(found).length > 0) return
    const labels = (text: string) => ({ en: text, ...(i18n.language === 'en' ? {} : { [i18n.language]: text }) })
    try {
      await ask('POST', '/definitions', {
        body: { name: theName, plural: thePlural, label: labels(one.trim()), label_plural: labels(many.trim()), icon, area, title: '{name}', fields: [{ name: 'name', label: NAME, type: 'text', required: true, searchable: true }, ...(owned ? [{ name: 'owner', label: OWNER, type: 'link', target: 'user' }] : [])] },
      })
      await queries.invalidateQueries({ queryKey: definitionsQuery.queryKey })
      await navigate({ to: '/settings/objects/$name', params: { name: theName } })
      onClose()
    } catch (error) {
      const beside = error instanceof Problem ? Object.fromEntries(error.fields.map((fault) => [fault.pointer.split('/')[1] ?? '', fault.detail])) : {}
      setFaults(beside)
      setGeneral(Object.keys(beside).length === 0 ? reasonOf(error) : null)
    }
  }

  return (
    <Modal open title={t('objects.new')} onClose={onClose} width="max-w-[560px]">
      <form className="flex flex-col gap-4" onSubmit={(event) => void create(event)}>
        <div className="grid gap-4 sm:grid-cols-2">
          <Labelled label={t('objects.one')} fault={faults['label']}><input className="input" autoFocus value={one} placeholder={t('objects.one_example')} onChange={(event) => setOne(event.target.value)} /></Labelled>
          <Labelled label={t('objects.many')} fault={faults['label_plural']}><input className="input" value={many} placeholder={t('objects.many_example')} onChange={(event) => setMany(event.target.value)} /></Labelled>
          <Labelled label={t('objects.name')} fault={faults['name']} help={t('objects.name_help')}><input className="input font-mono text-meta" value={theName} onChange={(event) => setName(event.target.value)} /></Labelled>
          <Labelled label={t('objects.plural')} fault={faults['plural']} help={t('objects.plural_help')}><input className="input font-mono text-meta" value={thePlural} onChange={(event) => setPlural(event.target.value)} /></Labelled>
        </div>
        <ObjectPlace area={area} icon={icon} onArea={setArea} onIcon={setIcon} />
        <SwitchLine label={t('objects.owned')} hint={t('objects.owned_hint')} checked={owned} onChange={setOwned} />
        {general && <p role="alert" className="text-bad">{general}</p>}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button look="primary" type="submit">{t('objects.create')}</Button>
        </div>
      </form>
    </Modal>
  )
}
