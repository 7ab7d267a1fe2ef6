/** Roles, people and what they may, as the server tells them. */

import { queryOptions } from '@tanstack/react-query'
import { ask } from '@/lib/api'
import type { Labels } from '@/lib/definitions'

export type Right = 'read' | 'update' | 'delete'
export type May = 'create' | 'import' | 'export'
export const RIGHTS: readonly Right[] = ['read', 'update', 'delete']
export const MAYS: readonly May[] = ['create', 'import', 'export']

/** `all`, `team`, `own`, `none` or `where: <question>`. */
export type Reach = string
export type FieldRule = 'hidden' | 'readonly'

export interface Grant {
  read: Reach
  update: Reach
  delete: Reach
  create: boolean
  import: boolean
  export: boolean
  fields: Record<string, FieldRule>
}

export interface RoleBody {
  admin: boolean
  events: boolean
  objects: Record<string, Grant>
  restrict: Record<string, string[]>
}

export interface Role {
  id: string
  name: string
  key: string | null
  body: RoleBody
  users: number
}

/** One object as a role sees it, with what it inherits already worked out. */
export interface MatrixLine {
  object: string
  plural: string
  label: Labels
  label_plural: Labels
  area: string
  custom: boolean
  has_owner: boolean
  named: boolean
  read: Reach
  update: Reach
  delete: Reach
  create: boolean
  import: boolean
  export: boolean
  restrict: string[]
  fields: { field: string; label: Labels; class: string; computed: boolean; access: 'write' | 'read' | 'hidden' }[]
}

export interface Matrix {
  role: { id: string; name: string; key: string | null; users: number; fixed: boolean }
  admin: boolean
  events: boolean
  every: Omit<MatrixLine, 'object' | 'plural' | 'label' | 'label_plural' | 'area' | 'custom' | 'has_owner' | 'named' | 'fields'> | null
  objects: MatrixLine[]
}

export interface Person {
  id: string
  name: string
}

interface Counted {
  gain: number
  lose: number
}

/** What would change for whom. */
export interface Preview {
  users: number
  looked_at: number
  admin: { gain: Person[]; lose: Person[] }
  objects: {
    object: string
    plural: string
    label_plural: Labels
    read: Counted
    update: Counted
    delete: Counted
    users: {
      user: Person
      read: Counted & { before: number; after: number }
      update: Counted & { before: number; after: number }
      delete: Counted & { before: number; after: number }
      may: { gain: May[]; lose: May[] }
      fields: { gain_read: string[]; lose_read: string[]; gain_write: string[]; lose_write: string[] }
    }[]
  }[]
}

export interface Invite {
  user: { id: string; name: string; email: string | null }
  kind: 'invite' | 'reset'
  created_at: string
  expires_at: string
  open: boolean
  by: Person | null
}

export const rolesQuery = queryOptions({
  queryKey: ['roles'],
  queryFn: async ({ signal }): Promise<Role[]> => (await ask<{ data: Role[] }>('GET', '/roles', { signal })).data.data,
})

export function matrixQuery(id: string) {
  return queryOptions({
    queryKey: ['roles', id, 'matrix'],
    queryFn: async ({ signal }): Promise<Matrix> => (await ask<Matrix>('GET', `/roles/${id}/matrix`, { signal })).data,
  })
}

export function roleQuery(id: string) {
  return queryOptions({
    queryKey: ['roles', id],
    queryFn: async ({ signal }): Promise<Role> => (await ask<Role>('GET', `/roles/${id}`, { signal })).data,
  })
}

export function rolesOfQuery(user: string) {
  return queryOptions({
    queryKey: ['roles', 'of', user],
    queryFn: async ({ signal }): Promise<{ id: string; name: string }[]> => (await ask<{ data: { id: string; name: string }[] }>('GET', `/users/${user}/roles`, { signal })).data.data,
  })
}

export const invitesQuery = queryOptions({
  queryKey: ['invites'],
  queryFn: async ({ signal }): Promise<Invite[]> => (await ask<{ data: Invite[] }>('GET', '/invites', { signal })).data.data,
})
