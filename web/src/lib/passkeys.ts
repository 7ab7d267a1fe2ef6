/** Passkeys as this browser makes and shows them; the server sends and takes them in their JSON form. */

interface CredentialClass {
  parseCreationOptionsFromJSON?: (options: unknown) => PublicKeyCredentialCreationOptions
  parseRequestOptionsFromJSON?: (options: unknown) => PublicKeyCredentialRequestOptions
}

/** The person closed the browser's own dialog, or waited too long. */
export class PasskeyRefused extends Error {}

function known(): CredentialClass | null {
  const held = (globalThis as { PublicKeyCredential?: unknown }).PublicKeyCredential as CredentialClass | undefined
  return held?.parseCreationOptionsFromJSON && held.parseRequestOptionsFromJSON ? held : null
}

/** This browser can, here: a secure address that is no bare number. */
export function passkeysWork(): boolean {
  return globalThis.isSecureContext && known() !== null
}

export async function makePasskey(publicKey: unknown): Promise<unknown> {
  const options = known()?.parseCreationOptionsFromJSON?.(publicKey)
  if (!options) throw new PasskeyRefused('unsupported')
  return jsonOf(navigator.credentials.create({ publicKey: options }))
}

export async function showPasskey(publicKey: unknown, signal?: AbortSignal): Promise<unknown> {
  const options = known()?.parseRequestOptionsFromJSON?.(publicKey)
  if (!options) throw new PasskeyRefused('unsupported')
  return jsonOf(navigator.credentials.get({ publicKey: options, ...(signal ? { signal } : {}) }))
}

async function jsonOf(asked: Promise<Credential | null>): Promise<unknown> {
  let credential: Credential | null
  try {
    credential = await asked
  } catch (error) {
    throw new PasskeyRefused(error instanceof Error ? error.name : String(error))
  }
  if (!credential) throw new PasskeyRefused('none')
  return (credential as PublicKeyCredential).toJSON()
}
