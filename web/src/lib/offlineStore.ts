/** Answers on this device, in IndexedDB; a browser without it keeps none. */

export interface Answer {
  user: string
  address: string
  language: string
  text: string
  /** When it was read, in milliseconds. */
  at: number
}

const DATABASE = 'rapport-offline'
const TABLE = 'answers'
/** Beyond this the ones read longest ago go: about the last hundred records with what stands on their pages. */
const MOST = 600

let opened: Promise<IDBDatabase> | null = null

function database(): Promise<IDBDatabase> {
  opened ??= new Promise<IDBDatabase>((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1)
    request.onupgradeneeded = () => {
      const table = request.result.createObjectStore(TABLE, { keyPath: ['user', 'language', 'address'] })
      table.createIndex('at', 'at')
    }
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error ?? new Error('no database'))
  })
  opened.catch(() => (opened = null))
  return opened
}

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error ?? new Error('not read'))
  })
}

export async function putAnswer(answer: Answer): Promise<void> {
  const table = (await database()).transaction(TABLE, 'readwrite').objectStore(TABLE)
  table.put(answer)
  const count = await done(table.count())
  if (count <= MOST) return
  let over = count - MOST
  const walk = table.index('at').openCursor()
  walk.onsuccess = () => {
    const cursor = walk.result
    if (!cursor || over <= 0) return
    over -= 1
    cursor.delete()
    cursor.continue()
  }
}

export async function takeAnswer(user: string, address: string, language: string): Promise<Answer | null> {
  const table = (await database()).transaction(TABLE, 'readonly').objectStore(TABLE)
  return ((await done(table.get([user, language, address]))) as Answer | undefined) ?? null
}

/** Drops every answer that `drop` says yes to. */
export async function dropAnswers(drop: (answer: Answer) => boolean): Promise<void> {
  try {
    const table = (await database()).transaction(TABLE, 'readwrite').objectStore(TABLE)
    await new Promise<void>((resolve, reject) => {
      const walk = table.openCursor()
      walk.onerror = () => reject(walk.error ?? new Error('not read'))
      walk.onsuccess = () => {
        const cursor = walk.result
        if (!cursor) return resolve()
        if (drop(cursor.value as Answer)) cursor.delete()
        cursor.continue()
      }
    })
  } catch {
    // Nothing was kept, so nothing is left.
  }
}

export async function answersOf(): Promise<number> {
  try {
    return await done((await database()).transaction(TABLE, 'readonly').objectStore(TABLE).count())
  } catch {
    return 0
  }
}
