/// <reference types="vitest/config" />
import { fileURLToPath } from 'node:url'
import tailwind from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

/** Where `npm run dev` and `npm run preview` find the API; the built files are served by the server itself. */
const server = process.env['RAPPORT_SERVER'] ?? 'http://127.0.0.1:8080'
const proxy = Object.fromEntries(['/api', '/healthz', '/readyz'].map((path) => [path, { target: server }]))

/** What the server sends with the pages; the preview sends it too, so that a breach shows before it is built in. */
const policy = "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; worker-src 'self' blob:; object-src 'none'; base-uri 'none'; form-action 'self'"

export default defineConfig({
  plugins: [react(), tailwind()],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  build: {
    target: 'es2023', manifest: true, assetsInlineLimit: 0, modulePreload: { polyfill: false },
    // Icons that come with every record come in one piece: each alone weighs more in its wrapping than in itself.
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: 'icons', test: /lucide-react.*icons\/(paperclip|folder|git-branch|key|link-2|list-checks|star|target|undo-2)\./ }] } } },
  },
  server: { proxy },
  preview: { proxy, headers: { 'content-security-policy': policy } },
  test: { environment: 'happy-dom', include: ['src/**/*.test.{ts,tsx}'] },
})
