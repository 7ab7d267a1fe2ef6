/** What roles are called: those that every company begins with in the reader's language, until somebody gives one another name. */

import { useCallback } from 'react'
import { useTranslation } from './useTranslation'

/** As they are stored, with the text of each. */
const STANDARD: Record<string, string> = {
  Administrator: 'role.administrator',
  Manager: 'role.manager',
  Marketing: 'role.marketing',
  'Read only': 'role.read_only',
  Sales: 'role.sales',
  Service: 'role.service',
}

/** `key` is null for a role of the company's own, which is called what the company calls it. */
export function useRoleName(): (role: { name: string; key?: string | null }) => string {
  const { t } = useTranslation()
  return useCallback((role) => {
    const text = role.key === null ? undefined : STANDARD[role.name]
    return text ? t(text) : role.name
  }, [t])
}
