/** What a file of a record is called, how large it is and what it holds, asked of the server without fetching it. */

import { queryOptions } from '@tanstack/react-query'
import { apiUrl, ask } from './api'

export interface FileFacts {
  name: string
  bytes: number | null
  type: string
}

export function fileUrl(id: string): string {
  return apiUrl(`/files/${id}`)
}

export function fileQuery(id: string) {
  return queryOptions({
    queryKey: ['file', id] as const,
    queryFn: async ({ signal }): Promise<FileFacts> => {
      const response = await fetch(fileUrl(id), { method: 'HEAD', credentials: 'same-origin', signal })
      if (!response.ok) throw new Error(String(response.status))
      const length = response.headers.get('content-length')
      return { name: nameIn(response.headers.get('content-disposition') ?? ''), bytes: length === null ? null : Number(length), type: response.headers.get('content-type') ?? '' }
    },
    // A file never changes: another content is another file.
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  })
}

/** `attachment; filename="a.pdf"; filename*=UTF-8''a%20b.pdf`: the one in any script where there is one. */
export function nameIn(disposition: string): string {
  const wide = /filename\*=UTF-8''([^;]+)/i.exec(disposition)?.[1]
  try {
    if (wide) return decodeURIComponent(wide)
  } catch {
    // A name that is no name: the plain one must do.
  }
  return /filename="([^"]*)"/i.exec(disposition)?.[1] ?? ''
}

export function isPicture(type: string): boolean {
  return /^image\/(png|jpeg|gif|webp|avif)$/.test(type)
}

/** Sends a file; what it hangs on is said when that is saved. */
export async function sendFile(file: File): Promise<string> {
  return (await ask<{ id: string }>('POST', '/files', { query: { name: file.name }, file })).data.id
}
