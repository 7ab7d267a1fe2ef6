/** One role: a matrix of objects and rights, the fields it keeps back, the rules on rows; what would change is told first. */

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useParams } from '@tanstack/react-router'
import { ChevronRight, Crown, EyeOff, Filter, Pencil, PencilOff, Plus, RotateCcw, Search, Trash2, X } from 'lucide-react'
import { useMemo, useState } from 'react'
import { useRoleName } from '@/lib/roleNames'
import { useTranslation } from '@/lib/useTranslation'
import { ask, reasonOf } from '@/lib/api'
import { notify } from '@/lib/actions'
import type { FieldDef, ObjectDef } from '@/lib/definitions'
import { areasOf } from './areas'
import { useDefinitions, useLabel } from '@/lib/session'
import { Face } from '@/ui/Face'
import { fieldIcon } from '@/ui/icons'
import { Button, cx, IconButton, Pill, Segments, Tick } from '@/ui/kit'
import { Modal, SidePanel } from '@/ui/overlays'
import { Bones, Failed } from '@/ui/states'
import { MAYS, RIGHTS, roleQuery, type FieldRule, type Grant, type Preview, type Right, type Role, type RoleBody } from './access'
import { Labelled } from './Labelled'
import { Ask, CARD, faultsOf, Fault, Note, Page, SaveBar, SwitchLine } from './parts'
import { PreviewText } from './PreviewText'
import { QuestionInput } from './QuestionInput'
import { asEvery, EVERY, grantOf, isNamed, isSame, withField, withGrant, withRestrict } from './roleBody'
import { AREA_LABELS, FIELD_LABELS, MAY_LABELS, REACH_LABELS, reachOf, RIGHT_LABELS } from './words'

export default function RolePage() {
  const { id } = useParams({ from: '/inside/settings/roles/$id' })
  const { t } = useTranslation()
  const role = useQuery(roleQuery(id))
  if (role.isError) return <Page title={t('roles.title')} back={{ to: '/settings/roles', label: t('roles.title') }}><Failed error={role.error} onRetry={() => void role.refetch()} /></Page>
  if (role.isPending) return <Page title={t('roles.title')} back={{ to: '/settings/roles', label: t('roles.title') }} wide><Bones rows={10} className="!px-0" /></Page>
  return <Editor key={role.data.id} role={role.data} />
}

type Change = (next: RoleBody) => void

function Editor({ role }: { role: Role }) {
  const { t } = useTranslation()
  const roleName = useRoleName()
  const labelOf = useLabel()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const definitions = useDefinitions()
  const [body, setBody] = useState<RoleBody>(role.body)
  const [text, setText] = useState('')
  const [open, setOpen] = useState<string | null>(null)
  const [preview, setPreview] = useState<{ of: Preview; removal: boolean } | null>(null)
  const [renaming, setRenaming] = useState(false)
  const [faults, setFaults] = useState<Record<string, string>>({})
  const [busy, setBusy] = useState(false)
  const dirty = !isSame(body, role.body)
  const wanted = text.trim().toLocaleLowerCase()
  const objects = (definitions?.objects ?? []).filter((object) => labelOf(object.label_plural).toLocaleLowerCase().includes(wanted) || object.name.includes(wanted))
  const areas = useMemo(() => areasOf(objects), [objects])
  const opened = definitions?.objects.find((object) => object.name === open)

  async function look(removal: boolean) {
    setBusy(true)
    setFaults({})
    try {
      setPreview({ of: (await ask<Preview>('POST', `/roles/${role.id}/preview`, { body: { body: removal ? null : body } })).data, removal })
    } catch (error) {
      setFaults(faultsOf(error))
      notify({ text: t('notice.not_saved', { reason: reasonOf(error) }), tone: 'bad' })
    } finally {
      setBusy(false)
    }
  }

  async function save() {
    try {
      if (preview?.removal) {
        await ask('DELETE', `/roles/${role.id}`)
        notify({ text: t('roles.removed', { name: roleName(role) }) })
        await navigate({ to: '/settings/roles' })
      } else {
        const { data } = await ask<Role>('PATCH', `/roles/${role.id}`, { body: { body } })
        queries.setQueryData(roleQuery(role.id).queryKey, data)
        setBody(data.body)
        notify({ text: t('roles.saved', { name: roleName(role) }) })
      }
      setPreview(null)
      await queries.invalidateQueries({ queryKey: ['roles'] })
      void queries.invalidateQueries({ queryKey: ['definitions'] })
    } catch (error) {
      setPreview(null)
      setFaults(faultsOf(error))
      notify({ text: t('notice.not_saved', { reason: reasonOf(error) }), tone: 'bad' })
    }
  }

  const takes = preview !== null && (preview.removal || preview.of.admin.lose.length > 0 || preview.of.objects.some((object) => RIGHTS.some((right) => object[right].lose > 0) || object.users.some((one) => one.may.lose.length + one.fields.lose_read.length + one.fields.lose_write.length > 0)))

  return (
    <Page
      title={roleName(role)}
      lead={t('roles.held', { count: role.users })}
      back={{ to: '/settings/roles', label: t('roles.title') }}
      wide
      action={
        <>
          <Button look="outline" onClick={() => setRenaming(true)}><Pencil size={14} />{t('settings.rename')}</Button>
          {!role.key && <Button look="outline" onClick={() => void look(true)}><Trash2 size={14} />{t('roles.remove')}</Button>}
        </>
      }
    >
      <div className={cx(CARD, 'flex flex-col gap-4 p-4')}>
        <SwitchLine label={t('roles.admin')} hint={t('roles.admin_hint')} checked={body.admin} disabled={role.key === 'administrator'} onChange={(admin) => setBody({ ...body, admin })} />
        <SwitchLine label={t('roles.events')} hint={t('roles.events_hint')} checked={body.events} onChange={(events) => setBody({ ...body, events })} />
      </div>
      {body.admin && <Note tone="accent"><Crown size={14} className="me-1.5 inline" />{t('roles.admin_note')}</Note>}
      <Fault>{Object.keys(faults).length > 0 && Object.values(faults).join(' ')}</Fault>
      <div>
        <div className="mb-3 flex flex-wrap items-center gap-3">
          <label className="input flex max-w-64 items-center gap-2 !py-0">
            <Search size={14} className="shrink-0 text-fg-3" />
            <span className="sr-only">{t('roles.find')}</span>
            <input type="search" className="h-8 min-w-0 flex-1 bg-transparent outline-none" placeholder={t('roles.find')} value={text} onChange={(event) => setText(event.target.value)} />
          </label>
          <p className="min-w-60 flex-1 text-meta text-fg-3">{t('roles.matrix_hint')}</p>
        </div>
        <MatrixTable areas={areas} objects={objects} body={body} every={wanted === ''} onChange={setBody} onOpen={setOpen} />
      </div>
      <SaveBar dirty={dirty} busy={busy} note={t('roles.unsaved')} onSave={() => void look(false)} onReset={() => { setBody(role.body); setFaults({}) }} />
      {open === EVERY && <EveryPanel body={body} onChange={setBody} onClose={() => setOpen(null)} />}
      {opened && <ObjectPanel key={opened.name} object={opened} body={body} onChange={setBody} onClose={() => setOpen(null)} />}
      {renaming && <Rename role={role} onClose={() => setRenaming(false)} />}
      {preview && (takes ? (
        <Ask title={preview.removal ? t('roles.remove_title', { name: roleName(role) }) : t('roles.would')} verb={preview.removal ? t('roles.remove') : t('roles.save')} type={roleName(role)} width="max-w-[600px]" onYes={save} onNo={() => setPreview(null)}>
          <PreviewText preview={preview.of} />
        </Ask>
      ) : (
        <Modal open title={t('roles.would')} onClose={() => setPreview(null)} width="max-w-[600px]" footer={<><Button onClick={() => setPreview(null)}>{t('common.cancel')}</Button><Button look="primary" onClick={() => void save()}>{t('roles.save')}</Button></>}>
          <PreviewText preview={preview.of} />
        </Modal>
      ))}
    </Page>
  )
}

function Rename({ role, onClose }: { role: Role; onClose: () => void }) {
  const { t } = useTranslation()
  const roleName = useRoleName()
  const queries = useQueryClient()
  const [name, setName] = useState(roleName(role))
  const [fault, setFault] = useState<string | undefined>()
  async function save(event: React.FormEvent) {
    event.preventDefault()
    if (name.trim() === '') return setFault(t('form.required'))
    // A standard role keeps the name that every language knows until it is given another.
    if (name.trim() === roleName(role)) return onClose()
    try {
      await ask('PATCH', `/roles/${role.id}`, { body: { name: name.trim() } })
      await queries.invalidateQueries({ queryKey: ['roles'] })
      onClose()
    } catch (error) {
      setFault(Object.values(faultsOf(error))[0])
    }
  }
  return (
    <Modal open title={t('settings.rename')} onClose={onClose} width="max-w-[400px]">
      <form className="flex flex-col gap-4" onSubmit={(event) => void save(event)}>
        <Labelled label={t('settings.name')} fault={fault}><input className="input" value={name} maxLength={120} aria-invalid={fault !== undefined} onChange={(event) => setName(event.target.value)} /></Labelled>
        <div className="flex justify-end gap-2"><Button onClick={onClose}>{t('common.cancel')}</Button><Button look="primary" type="submit">{t('common.save')}</Button></div>
      </form>
    </Modal>
  )
}

// ---- the matrix ----

function MatrixTable({ areas, objects, body, every, onChange, onOpen }: { areas: string[]; objects: ObjectDef[]; body: RoleBody; every: boolean; onChange: Change; onOpen: (name: string) => void }) {
  const { t } = useTranslation()
  return (
    <div className={CARD}>
      <table className="w-full border-collapse">
        <thead className="max-lg:sr-only">
          <tr className="text-meta text-fg-3">
            <th scope="col" className="sticky top-0 z-10 rounded-ss-md border-b border-line bg-surface px-4 py-2 text-start font-medium">{t('roles.object')}</th>
            {RIGHTS.map((right) => <th key={right} scope="col" className="sticky top-0 z-10 w-34 border-b border-line bg-surface px-2 py-2 text-start font-medium">{t(RIGHT_LABELS[right])}</th>)}
            {MAYS.map((may) => <th key={may} scope="col" className="sticky top-0 z-10 w-20 border-b border-line bg-surface px-1 py-2 text-center font-medium">{t(MAY_LABELS[may])}</th>)}
            <th scope="col" className="sticky top-0 z-10 w-32 rounded-se-md border-b border-line bg-surface px-2 py-2 text-start font-medium">{t('roles.limits')}</th>
          </tr>
        </thead>
        {every && (
          <tbody>
            <tr className="border-b border-line bg-subtle max-lg:flex max-lg:items-center">
              <th scope="row" className="px-4 py-2 text-start font-medium max-lg:flex-1">
                <button type="button" onClick={() => onOpen(EVERY)} className="w-full text-start">{t('roles.every')}<span className="block text-meta font-normal text-fg-3">{t('roles.every_hint')}</span></button>
              </th>
              <Cells grant={grantOf(body, EVERY)} owner name={t('roles.every')} disabled={body.admin} where={false} onChange={(change) => onChange(withGrant(body, EVERY, change))} />
              <td className="max-lg:hidden" />
            </tr>
          </tbody>
        )}
        {areas.map((area) => (
          <tbody key={area}>
            <tr><th scope="colgroup" colSpan={8} className="border-t border-line bg-surface px-4 pt-3 pb-1 text-start text-label font-medium text-fg-3">{t(AREA_LABELS[area] ?? 'area.customers')}</th></tr>
            {objects.filter((object) => object.area === area).map((object) => <ObjectRow key={object.name} object={object} body={body} onChange={onChange} onOpen={() => onOpen(object.name)} />)}
          </tbody>
        ))}
      </table>
    </div>
  )
}

function ObjectRow({ object, body, onChange, onOpen }: { object: ObjectDef; body: RoleBody; onChange: Change; onOpen: () => void }) {
  const { t } = useTranslation()
  const labelOf = useLabel()
  const grant = grantOf(body, object.name)
  const named = isNamed(body, object.name)
  const label = labelOf(object.label_plural)
  const hidden = Object.values(grant.fields).filter((rule) => rule === 'hidden').length
  const readonly = Object.values(grant.fields).length - hidden
  const rules = (body.restrict[object.name] ?? []).length
  return (
    <tr className="border-t border-line hover:bg-subtle max-lg:flex max-lg:items-center max-lg:pe-3">
      <th scope="row" className="min-w-0 px-4 py-1.5 text-start font-normal max-lg:flex-1">
        <button type="button" onClick={onOpen} className="flex min-h-8 w-full min-w-0 items-center gap-2.5 text-start pointer-coarse:min-h-11">
          <Face kind="icon" name={object.name} icon={object.icon} size={22} />
          <span className="min-w-0">
            <span className={cx('block truncate', named ? 'font-medium' : 'text-fg-2')}>{label}</span>
            {!named && <span className="block truncate text-label text-fg-3 max-lg:hidden">{t('roles.as_every')}</span>}
            <span className="block truncate text-meta text-fg-3 lg:hidden">{RIGHTS.map((right) => `${t(RIGHT_LABELS[right])}: ${t(REACH_LABELS[reachOf(grant[right]).kind] ?? 'reach.none').toLocaleLowerCase()}`).join(' · ')}</span>
          </span>
        </button>
      </th>
      <Cells grant={grant} owner={object.owner !== undefined} name={label} disabled={body.admin} where onWhere={onOpen} faded={!named} onChange={(change) => onChange(withGrant(body, object.name, change))} />
      <td className="px-2">
        <button type="button" onClick={onOpen} className="flex h-7 w-full items-center gap-2 rounded-sm px-1.5 text-meta text-fg-2 hover:bg-active pointer-coarse:h-11">
          <span className="sr-only">{t('roles.open', { name: label })}</span>
          {hidden > 0 && <span className="flex items-center gap-1 tabular-nums" title={t('roles.hidden_fields')}><EyeOff size={13} className="text-warn" />{hidden}</span>}
          {readonly > 0 && <span className="flex items-center gap-1 tabular-nums" title={t('roles.readonly_fields')}><PencilOff size={13} />{readonly}</span>}
          {rules > 0 && <span className="flex items-center gap-1 tabular-nums" title={t('roles.row_rules')}><Filter size={13} />{rules}</span>}
          <ChevronRight size={14} className="ms-auto text-fg-3 rtl:rotate-180" />
        </button>
      </td>
    </tr>
  )
}

function Cells({ grant, owner, name, disabled, where, onWhere, faded, onChange }: { grant: Grant; owner: boolean; name: string; disabled: boolean; where: boolean; onWhere?: () => void; faded?: boolean; onChange: (change: Partial<Grant>) => void }) {
  const { t } = useTranslation()
  return (
    <>
      {RIGHTS.map((right) => (
        <td key={right} className="px-1 max-lg:hidden">
          <ReachChoice right={right} value={grant[right]} owner={owner} where={where} label={`${name}: ${t(RIGHT_LABELS[right])}`} disabled={disabled} faded={faded ?? false} onChange={(reach) => {
            onChange({ [right]: reach })
            if (reach.startsWith('where:')) onWhere?.()
          }} />
        </td>
      ))}
      {MAYS.map((may) => (
        <td key={may} className="px-1 max-lg:hidden">
          <span className="grid place-items-center"><Tick label={`${name}: ${t(MAY_LABELS[may])}`} checked={grant[may]} disabled={disabled} onChange={(on) => onChange({ [may]: on })} /></span>
        </td>
      ))}
    </>
  )
}

const TONES: Record<string, string> = { all: 'text-ok', team: 'text-fg', own: 'text-fg', none: 'text-fg-3', where: 'text-accent-text' }

function ReachChoice({ value, owner, where, label, disabled, faded, onChange, className }: { right: Right; value: string; owner: boolean; where: boolean; label: string; disabled: boolean; faded: boolean; onChange: (reach: string) => void; className?: string }) {
  const { t } = useTranslation()
  const { kind, question } = reachOf(value)
  const kinds = ['all', ...(owner ? ['team', 'own'] : []), ...(where ? ['where'] : []), 'none']
  return (
    <select
      aria-label={label}
      value={kind}
      disabled={disabled}
      onChange={(event) => onChange(event.target.value === 'where' ? `where: ${question || 'owner = me'}` : event.target.value)}
      className={cx('h-8 w-full rounded-sm bg-transparent px-1.5 font-medium hover:bg-active disabled:opacity-60', TONES[kind], faded && 'font-normal opacity-90', className)}
    >
      {(kinds.includes(kind) ? kinds : [...kinds, kind]).map((one) => <option key={one} value={one}>{t(REACH_LABELS[one] ?? 'reach.none')}</option>)}
    </select>
  )
}

// ---- one object: rows and fields ----

/** What is said of all objects that are not named; rules and fields belong to one object. */
function EveryPanel({ body, onChange, onClose }: { body: RoleBody; onChange: Change; onClose: () => void }) {
  const { t } = useTranslation()
  return (
    <SidePanel open onClose={onClose} title={t('roles.every')} footer={<><span className="flex-1" /><Button look="primary" onClick={onClose}>{t('common.done')}</Button></>}>
      <div className="flex min-h-0 flex-1 flex-col gap-5 overflow-y-auto px-5 py-5">
        <p className="text-fg-2">{t('roles.every_hint')}</p>
        <Rights object={null} grant={grantOf(body, EVERY)} disabled={body.admin} onChange={(change) => onChange(withGrant(body, EVERY, change))} />
      </div>
    </SidePanel>
  )
}

function Rights({ object, grant, disabled, onChange }: { object: ObjectDef | null; grant: Grant; disabled: boolean; onChange: (change: Partial<Grant>) => void }) {
  const { t } = useTranslation()
  return (
    <section aria-label={t('roles.rights')} className="flex flex-col gap-3">
      <h3 className="font-semibold">{t('roles.rights')}</h3>
      {RIGHTS.map((right) => (
        <div key={right} className="flex flex-col gap-1.5">
          <div className="flex items-center gap-3">
            <span className="w-24 shrink-0 text-fg-2">{t(RIGHT_LABELS[right])}</span>
            <ReachChoice right={right} value={grant[right]} owner={object === null || object.owner !== undefined} where={object !== null} label={t(RIGHT_LABELS[right])} disabled={disabled} faded={false} onChange={(reach) => onChange({ [right]: reach })} className="!bg-hover" />
          </div>
          {object && grant[right].startsWith('where:') && (
            <QuestionInput object={object} label={t('roles.rule_for', { right: t(RIGHT_LABELS[right]) })} value={reachOf(grant[right]).question} onChange={(question) => onChange({ [right]: `where: ${question}` })} />
          )}
        </div>
      ))}
      <div className="flex flex-wrap gap-x-6 gap-y-2 pt-1">
        {MAYS.map((may) => (
          <label key={may} className="flex min-h-6 items-center gap-2.5"><Tick label={t(MAY_LABELS[may])} checked={grant[may]} disabled={disabled} onChange={(on) => onChange({ [may]: on })} />{t(MAY_LABELS[may])}</label>
        ))}
      </div>
    </section>
  )
}

function ObjectPanel({ object, body, onChange, onClose }: { object: ObjectDef; body: RoleBody; onChange: Change; onClose: () => void }) {
  const { t } = useTranslation()
  const labelOf = useLabel()
  const grant = grantOf(body, object.name)
  const rules = body.restrict[object.name] ?? []
  const set = (change: Partial<Grant>) => onChange(withGrant(body, object.name, change))
  return (
    <SidePanel
      open
      onClose={onClose}
      title={<><Face kind="icon" name={object.name} icon={object.icon} size={22} /><span className="truncate">{labelOf(object.label_plural)}</span></>}
      footer={<><span className="flex-1">{isNamed(body, object.name) && <Button onClick={() => onChange(asEvery(body, object.name))}><RotateCcw size={14} />{t('roles.like_every')}</Button>}</span><Button look="primary" onClick={onClose}>{t('common.done')}</Button></>}
    >
      <div className="flex min-h-0 flex-1 flex-col gap-7 overflow-y-auto px-5 py-5">
        {body.admin && <Note>{t('roles.admin_note')}</Note>}
        <Rights object={object} grant={grant} disabled={body.admin} onChange={set} />
        <section aria-label={t('roles.row_rules')} className="flex flex-col gap-2">
          <h3 className="font-semibold">{t('roles.row_rules')}</h3>
          <p className="text-meta text-fg-3">{t('roles.row_rules_hint')}</p>
          {rules.map((rule, index) => (
            <div key={index} className="flex items-start gap-1">
              <div className="min-w-0 flex-1"><QuestionInput object={object} label={t('roles.row_rule', { number: index + 1 })} value={rule} onChange={(text) => onChange(withRestrict(body, object.name, rules.map((held, at) => (at === index ? text : held))))} /></div>
              <IconButton label={t('settings.remove')} onClick={() => onChange(withRestrict(body, object.name, rules.filter((_, at) => at !== index)))}><X size={14} /></IconButton>
            </div>
          ))}
          <Button size="sm" className="self-start" onClick={() => onChange(withRestrict(body, object.name, [...rules, '']))}><Plus size={13} />{t('roles.add_rule')}</Button>
        </section>
        <Fields object={object} grant={grant} disabled={body.admin} onChange={(field, rule) => onChange(withField(body, object.name, field, rule))} />
      </div>
    </SidePanel>
  )
}

function Fields({ object, grant, disabled, onChange }: { object: ObjectDef; grant: Grant; disabled: boolean; onChange: (field: string, rule: FieldRule | null) => void }) {
  const { t } = useTranslation()
  const labelOf = useLabel()
  const [text, setText] = useState('')
  const wanted = text.trim().toLocaleLowerCase()
  const shown = object.fields.filter((field) => `${labelOf(field.label)} ${field.name}`.toLocaleLowerCase().includes(wanted))
  return (
    <section aria-label={t('roles.fields')} className="flex flex-col gap-2">
      <div className="flex items-center gap-3">
        <h3 className="flex-1 font-semibold">{t('roles.fields')}</h3>
        {object.fields.length > 8 && <input type="search" className="input !min-h-7 !w-40" aria-label={t('roles.find_field')} placeholder={t('roles.find_field')} value={text} onChange={(event) => setText(event.target.value)} />}
      </div>
      <ul className={CARD}>
        {shown.map((field) => <FieldRow key={field.name} field={field} rule={grant.fields[field.name] ?? null} disabled={disabled} onChange={(rule) => onChange(field.name, rule)} />)}
      </ul>
    </section>
  )
}

function FieldRow({ field, rule, disabled, onChange }: { field: FieldDef; rule: FieldRule | null; disabled: boolean; onChange: (rule: FieldRule | null) => void }) {
  const { t } = useTranslation()
  const labelOf = useLabel()
  const Icon = fieldIcon(field)
  const computed = field.type === 'formula' || field.type === 'roll_up'
  const options = [...(computed ? [] : [{ value: 'write', label: t(FIELD_LABELS.write) }]), { value: 'readonly', label: t(FIELD_LABELS.readonly) }, { value: 'hidden', label: t(FIELD_LABELS.hidden) }]
  return (
    <li className="flex min-h-10 flex-wrap items-center gap-x-3 gap-y-1 border-b border-line px-3 py-1.5 last:border-0">
      <Icon size={14} strokeWidth={1.75} className="shrink-0 text-fg-3" />
      <span className="min-w-24 flex-1 truncate">{labelOf(field.label)}</span>
      {(field.class === 'personal' || field.class === 'special') && <Pill hue={field.class === 'special' ? 25 : 295}>{field.class === 'special' ? t('roles.special') : t('roles.personal')}</Pill>}
      <fieldset disabled={disabled} className="disabled:opacity-60">
        <Segments label={labelOf(field.label)} value={rule ?? (computed ? 'readonly' : 'write')} options={options} onChange={(next) => onChange(next === 'hidden' ? 'hidden' : next === 'readonly' && !computed ? 'readonly' : null)} />
      </fieldset>
    </li>
  )
}
