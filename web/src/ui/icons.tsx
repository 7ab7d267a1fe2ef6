/** Icons by the names that definitions use; a name nobody drew becomes a box. */

import {
  AtSign, BadgeCheck, Barcode, Bell, BookOpen, Box, Boxes, Briefcase, Building2, Calendar, CalendarCheck, ChartLine, Circle, CircleDollarSign, CircleDot, CircleUser, Clock, Columns3, CreditCard,
  Database, DollarSign, Euro, FileText, Flag, Folder, Gift, GitBranch, Globe, Handshake, Hash, Heart, House, Key, Layers, LayoutList, LifeBuoy, Link2, List, ListChecks, ListOrdered, Mail, Map as MapIcon, MapPin, Megaphone, MessageSquare,
  MessagesSquare, Milestone, Package, Paperclip, Percent, Phone, Receipt, Rocket, Settings, Shield, ShoppingBag, ShoppingCart, Sigma, Sparkles, Star, StickyNote, Store, Tag, Tags, Target, Text,
  Ticket, ToggleLeft, TrendingUp, Truck, Type, Undo2, User, UserPlus, Users, Wallet, Workflow, Wrench, type LucideIcon,
} from 'lucide-react'
import type { FieldDef, FieldType } from '@/lib/definitions'

const BY_NAME: Record<string, LucideIcon> = {
  'at-sign': AtSign, 'badge-check': BadgeCheck, barcode: Barcode, bell: Bell, 'book-open': BookOpen, box: Box, boxes: Boxes, briefcase: Briefcase, building: Building2, 'building-2': Building2,
  calendar: Calendar, 'calendar-check': CalendarCheck, 'chart-line': ChartLine, circle: Circle, 'circle-dot': CircleDot, clock: Clock, columns: Columns3, 'columns-3': Columns3, 'credit-card': CreditCard, database: Database,
  dollar: DollarSign, 'dollar-sign': DollarSign, euro: Euro, file: FileText, 'file-text': FileText, flag: Flag, folder: Folder, gift: Gift, globe: Globe, handshake: Handshake, hash: Hash, heart: Heart,
  'circle-dollar-sign': CircleDollarSign, 'circle-user': CircleUser, 'git-branch': GitBranch, 'layout-list': LayoutList, 'list-ordered': ListOrdered, map: MapIcon, milestone: Milestone,
  home: House, key: Key, layers: Layers, 'life-buoy': LifeBuoy, link: Link2, list: List, 'list-checks': ListChecks, 'check-square': ListChecks, mail: Mail, 'map-pin': MapPin, megaphone: Megaphone, 'message-square': MessageSquare,
  'messages-square': MessagesSquare, package: Package, paperclip: Paperclip, percent: Percent, phone: Phone, receipt: Receipt, rocket: Rocket, 'rotate-ccw': Undo2, undo: Undo2, 'undo-2': Undo2, settings: Settings, shield: Shield,
  'shopping-bag': ShoppingBag, 'shopping-cart': ShoppingCart, sparkles: Sparkles, star: Star, 'sticky-note': StickyNote, note: StickyNote, store: Store, tag: Tag, tags: Tags, target: Target,
  ticket: Ticket, 'trending-up': TrendingUp, truck: Truck, user: User, 'user-plus': UserPlus, 'user-round': User, users: Users, 'users-round': Users, wallet: Wallet, workflow: Workflow, wrench: Wrench,
}

export const iconNames: readonly string[] = Object.keys(BY_NAME)

export function iconOf(name: string | undefined): LucideIcon {
  return BY_NAME[name ?? ''] ?? Box
}

const BY_TYPE: Record<FieldType, LucideIcon> = {
  text: Type, long_text: Text, integer: Hash, number: Hash, money: Euro, date: Calendar, time: Clock, choice: CircleDot, multi_choice: Tags, boolean: ToggleLeft,
  email: Mail, phone: Phone, url: Globe, address: MapPin, file: Paperclip, link: Link2, links: Link2, formula: Sigma, roll_up: Sigma, json: Database,
}

/** The icon of a column header. */
export function fieldIcon(field: FieldDef): LucideIcon {
  if (field.target === 'user') return User
  if (field.target === 'company') return Building2
  if (field.target === 'tag') return Tags
  return BY_TYPE[field.type] ?? Type
}
