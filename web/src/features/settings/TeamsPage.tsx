/** Teams as a tree: who leads, who is in, what lies under what. */

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { ChevronRight, Network, Pencil, Plus, UserPlus, X } from 'lucide-react'
import { useMemo, useState } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { ask } from '@/lib/api'
import { useActs } from '@/lib/actions'
import { formatNumber } from '@/lib/format'
import { openForm } from '@/lib/panels'
import { fewQuery, type Linked, type RecordData } from '@/lib/records'
import { useLocale, useObject } from '@/lib/session'
import { Avatar, Button, cx, IconButton, Pop } from '@/ui/kit'
import { LinkPicker } from '@/ui/LinkPicker'
import { Blank, Bones, Failed } from '@/ui/states'
import { CARD, Page, useTry } from './parts'

const MOST = 500

interface Branch {
  team: RecordData
  under: Branch[]
}

/** A team whose parent is not there, or that leads back to itself, stands at the top. */
function treeOf(teams: RecordData[]): Branch[] {
  const byId = new Map(teams.map((team) => [team.id, team]))
  const parentOf = (team: RecordData) => (typeof team['parent'] === 'string' && byId.has(team['parent']) ? team['parent'] : null)
  const isLoop = (team: RecordData) => {
    const seen = new Set<string>()
    for (let at: string | null = team.id; at !== null; at = parentOf(byId.get(at) ?? team)) {
      if (seen.has(at)) return true
      seen.add(at)
    }
    return false
  }
  const under = (id: string | null): Branch[] => teams.filter((team) => (isLoop(team) ? id === null : parentOf(team) === id)).map((team) => ({ team, under: isLoop(team) ? [] : under(team.id) }))
  return under(null)
}

export default function TeamsPage() {
  const { t } = useTranslation()
  const teams = useQuery(fewQuery('teams', { sort: 'name', limit: MOST }))
  const people = useQuery(fewQuery('users', { sort: 'name', limit: MOST, filter: 'is_active = true' }))
  const tree = useMemo(() => treeOf(teams.data?.data ?? []), [teams.data])
  return (
    <Page title={t('teams.title')} lead={t('teams.lead')} action={<Button look="primary" onClick={() => openForm({ kind: 'create', object: 'team' })}><Plus size={15} />{t('teams.new')}</Button>}>
      {teams.isError ? <Failed error={teams.error} onRetry={() => void teams.refetch()} /> : teams.isPending ? <Bones rows={6} className="!px-0" /> : tree.length === 0 ? <Blank icon={Network} title={t('teams.none')}>{t('teams.none_hint')}</Blank> : (
        <ul className={CARD}>{tree.map((branch) => <TeamBranch key={branch.team.id} branch={branch} depth={0} people={people.data?.data ?? []} />)}</ul>
      )}
    </Page>
  )
}

function TeamBranch({ branch, depth, people }: { branch: Branch; depth: number; people: RecordData[] }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const [open, setOpen] = useState(false)
  const { team } = branch
  const members = people.filter((one) => Array.isArray(one['teams']) && one['teams'].includes(team.id))
  const manager = team.linked?.['manager'] as Linked | null | undefined
  return (
    <li className="border-b border-line last:border-0">
      <div className="flex min-h-12 items-center gap-2 pe-3" style={{ paddingInlineStart: 12 + depth * 24 }}>
        <button type="button" aria-expanded={open} onClick={() => setOpen(!open)} className="flex min-h-11 min-w-0 flex-1 items-center gap-2.5 text-start">
          <ChevronRight size={15} className={cx('shrink-0 text-fg-3 transition-transform', open ? 'rotate-90' : 'rtl:rotate-180')} />
          <span className="min-w-0">
            <span className="block truncate font-medium">{team.title}</span>
            <span className="block truncate text-meta text-fg-3">{[manager && t('teams.led', { name: manager.title }), team['office'] as string | null].filter(Boolean).join(' · ')}</span>
          </span>
        </button>
        <span aria-hidden className="flex -space-x-1.5 max-md:hidden">{members.slice(0, 5).map((one) => <span key={one.id} className="rounded-full ring-2 ring-surface"><Avatar name={one.title} size={22} /></span>)}</span>
        <span className="w-20 text-end text-meta text-fg-2 tabular-nums">{t('teams.members', { count: members.length, number: formatNumber(members.length, locale) })}</span>
        <IconButton label={t('teams.change', { name: team.title })} onClick={() => openForm({ kind: 'edit', object: 'team', id: team.id })}><Pencil size={14} /></IconButton>
      </div>
      {open && <Members team={team} members={members} depth={depth} />}
      {branch.under.length > 0 && <ul>{branch.under.map((one) => <TeamBranch key={one.team.id} branch={one} depth={depth + 1} people={people} />)}</ul>}
    </li>
  )
}

function Members({ team, members, depth }: { team: RecordData; members: RecordData[]; depth: number }) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const user = useObject('user')
  const acts = useActs()
  const attempt = useTry()
  const [adding, setAdding] = useState(false)
  if (!user) return null

  const teamsOf = (one: RecordData) => (Array.isArray(one['teams']) ? one['teams'].map(String) : [])
  async function remove(one: RecordData) {
    if (user) await acts.save(user, one, { teams: teamsOf(one).filter((id) => id !== team.id) }, { what: t('teams.left', { name: one.title, team: team.title }) })
    await queries.invalidateQueries({ queryKey: ['few', 'users'] })
  }
  async function add(linked: Linked) {
    setAdding(false)
    await attempt(async () => {
      const { data } = await ask<RecordData>('GET', `/users/${linked.id}`)
      if (user && !teamsOf(data).includes(team.id)) await acts.save(user, data, { teams: [...teamsOf(data), team.id] }, { what: t('teams.joined', { name: data.title, team: team.title }) })
    })
    await queries.invalidateQueries({ queryKey: ['few', 'users'] })
  }

  return (
    <div className="bg-subtle py-2 pe-3" style={{ paddingInlineStart: 44 + depth * 24 }}>
      {members.length === 0 && <p className="py-1 text-fg-3">{t('teams.empty')}</p>}
      <ul>
        {members.map((one) => (
          <li key={one.id} className="flex min-h-9 items-center gap-2.5">
            <Avatar name={one.title} size={22} />
            <span className="min-w-0 flex-1 truncate">{one.title} <span className="text-meta text-fg-3">{String(one['job_title'] ?? '')}</span></span>
            <IconButton label={t('teams.take_out', { name: one.title })} onClick={() => void remove(one)}><X size={14} /></IconButton>
          </li>
        ))}
      </ul>
      <Pop label={t('teams.add')} open={adding} onOpenChange={setAdding} className="w-80" trigger={<Button size="sm" className="mt-1"><UserPlus size={13} />{t('teams.add')}</Button>}>
        <LinkPicker label={t('teams.add')} target="user" picked={[]} onPick={(one) => void add(one)} />
      </Pop>
    </div>
  )
}
