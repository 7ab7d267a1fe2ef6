import type { QueryClient } from '@tanstack/react-query'
import { ask } from './api'
import { sessionQuery } from './session'

/** Ends the session and forgets everything read under it. */
export async function signOut(queries: QueryClient): Promise<void> {
  try {
    await ask('DELETE', '/session')
  } finally {
    queries.clear()
    queries.setQueryData(sessionQuery.queryKey, null)
  }
}
