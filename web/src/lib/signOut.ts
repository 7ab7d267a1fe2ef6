import type { QueryClient } from '@tanstack/react-query'
import { ask } from './api'
import { forget } from './offline'
import { sessionQuery } from './session'

/** Ends the session and forgets everything read under it. */
export async function signOut(queries: QueryClient): Promise<void> {
  try {
    await ask('DELETE', '/session')
  } finally {
    await forget()
    queries.clear()
    queries.setQueryData(sessionQuery.queryKey, null)
  }
}
