export { SHORTEST_PASSWORD } from '@/lib/password'
export { Strength } from '@/ui/Strength'
