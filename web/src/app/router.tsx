/** The addresses of the workspace. Each page is its own chunk; what a page needs first is asked for while it loads. */

import type { QueryClient } from '@tanstack/react-query'
import { createRootRouteWithContext, createRoute, createRouter, lazyRouteComponent, redirect } from '@tanstack/react-router'
import { needTexts } from '@/lib/i18n'
import { REPORT_PARAMETERS } from '@/lib/salesReports'
import { objectByPlural } from '@/lib/definitions'
import { LIST_PARAMETERS, parseSearch, stringifySearch, type ListSearch } from '@/lib/listUrl'
import { definitionsQuery, sessionQuery, settingsQuery } from '@/lib/session'
import { NotFound, NotFoundPage, PageFailed, Root } from './Root'
import { Shell } from './Shell'

interface Context {
  queries: QueryClient
}

const root = createRootRouteWithContext<Context>()({ component: Root, notFoundComponent: NotFoundPage, errorComponent: PageFailed })

/** Everything behind the sign-in page. */
const inside = createRoute({
  getParentRoute: () => root,
  id: 'inside',
  component: Shell,
  beforeLoad: async ({ context, location }) => {
    const session = await context.queries.ensureQueryData(sessionQuery)
    if (!session) throw redirect({ to: '/sign-in', search: location.href === '/' ? {} : { to: location.href } })
  },
  loader: async ({ context }) => {
    await Promise.all([context.queries.ensureQueryData(definitionsQuery), context.queries.ensureQueryData(settingsQuery).catch(() => ({}))])
  },
  staleTime: Number.POSITIVE_INFINITY,
})

function known<T extends string>(search: Record<string, unknown>, names: readonly T[]): Partial<Record<T, string>> {
  const found: Partial<Record<T, string>> = {}
  for (const name of names) if (typeof search[name] === 'string') found[name] = search[name]
  return found
}

const home = createRoute({ getParentRoute: () => inside, path: '/', component: lazyRouteComponent(() => import('@/features/home/HomePage')) })

const list = createRoute({
  getParentRoute: () => inside,
  path: '/o/$plural',
  validateSearch: (search): ListSearch => known(search, LIST_PARAMETERS),
  loader: () => needTexts('lists'),
  component: lazyRouteComponent(() => import('@/features/lists/ListPage')),
})

const record = createRoute({
  getParentRoute: () => inside,
  path: '/o/$plural/$id',
  validateSearch: (search): { tab?: string; kinds?: string } => known(search, ['tab', 'kinds']),
  // A segment is more than its fields: it has a page of its own.
  beforeLoad: ({ params }) => {
    if (params.plural === 'quotes') throw redirect({ to: '/quotes/$id', params: { id: params.id } })
    if (params.plural === 'segments') throw redirect({ to: '/segments/$id', params: { id: params.id }, search: {} })
    if (params.plural === 'booking_pages') throw redirect({ to: '/settings/booking/$id', params: { id: params.id } })
    if (params.plural === 'forms') throw redirect({ to: '/settings/forms/$id', params: { id: params.id } })
  },
  component: lazyRouteComponent(() => import('@/features/record/RecordPage')),
})

const trash = createRoute({ getParentRoute: () => inside, path: '/trash/$plural', component: lazyRouteComponent(() => import('@/features/trash/TrashPage')) })

const imports = createRoute({
  getParentRoute: () => inside,
  path: '/imports',
  validateSearch: (search): { object?: string } => known(search, ['object']),
  component: lazyRouteComponent(() => import('@/features/imports/ImportsPage')),
})

const oneImport = createRoute({ getParentRoute: () => inside, path: '/imports/$id', component: lazyRouteComponent(() => import('@/features/imports/ImportPage')) })

const duplicates = createRoute({
  getParentRoute: () => inside,
  path: '/duplicates',
  validateSearch: (search): { object?: string; state?: string; order?: string; pair?: string } => known(search, ['object', 'state', 'order', 'pair']),
  loader: () => needTexts('consolidation'),
  component: lazyRouteComponent(() => import('@/features/consolidation/DuplicatesPage')),
})

const quality = createRoute({
  getParentRoute: () => inside,
  path: '/quality',
  loader: () => needTexts('consolidation'),
  component: lazyRouteComponent(() => import('@/features/consolidation/QualityPage')),
})

/** A page of the analysis, with what its address may hold; all of them speak with the same texts. */
const needAnalysis = () => needTexts('analysis')
const customers = createRoute({
  getParentRoute: () => inside,
  path: '/analysis',
  validateSearch: (search): { object?: string } => known(search, ['object']),
  loader: needAnalysis,
  component: lazyRouteComponent(() => import('@/features/analytics/CustomersPage')),
})
const leaving = createRoute({
  getParentRoute: () => inside,
  path: '/analysis/leaving',
  validateSearch: (search): { object?: string } => known(search, ['object']),
  loader: needAnalysis,
  component: lazyRouteComponent(() => import('@/features/analytics/LeavingPage')),
})
const cohorts = createRoute({
  getParentRoute: () => inside,
  path: '/analysis/cohorts',
  validateSearch: (search): { object?: string; by?: string; measure?: string; as?: string } => known(search, ['object', 'by', 'measure', 'as']),
  loader: needAnalysis,
  component: lazyRouteComponent(() => import('@/features/analytics/CohortsPage')),
})
const matrix = createRoute({
  getParentRoute: () => inside,
  path: '/analysis/matrix',
  validateSearch: (search): { object?: string } => known(search, ['object']),
  loader: needAnalysis,
  component: lazyRouteComponent(() => import('@/features/analytics/MatrixPage')),
})
const clusters = createRoute({
  getParentRoute: () => inside,
  path: '/analysis/clusters',
  validateSearch: (search): { object?: string } => known(search, ['object']),
  loader: needAnalysis,
  component: lazyRouteComponent(() => import('@/features/analytics/ClustersPage')),
})
const forecast = createRoute({
  getParentRoute: () => inside,
  path: '/analysis/forecast',
  validateSearch: (search): { object?: string; measure?: string; by?: string; horizon?: string; line?: string } => known(search, ['object', 'measure', 'by', 'horizon', 'line']),
  loader: needAnalysis,
  component: lazyRouteComponent(() => import('@/features/analytics/ForecastPage')),
})
const cube = createRoute({
  getParentRoute: () => inside,
  path: '/analysis/cube',
  validateSearch: (search): { rows?: string; columns?: string; measures?: string; from?: string; to?: string; compare?: string; where?: string; limit?: string } => known(search, ['rows', 'columns', 'measures', 'from', 'to', 'compare', 'where', 'limit']),
  loader: needAnalysis,
  component: lazyRouteComponent(() => import('@/features/analytics/CubePage')),
})
const sheet = createRoute({
  getParentRoute: () => inside,
  path: '/analysis/sheet',
  validateSearch: (search): { of?: string; from?: string; to?: string; compare?: string } => known(search, ['of', 'from', 'to', 'compare']),
  loader: needAnalysis,
  component: lazyRouteComponent(() => import('@/features/analytics/SheetPage')),
})
const predictions = createRoute({
  getParentRoute: () => inside,
  path: '/analysis/predictions',
  validateSearch: (search): { part?: string } => known(search, ['part']),
  loader: () => Promise.all([needAnalysis(), needTexts('lists')]),
  component: lazyRouteComponent(() => import('@/features/analytics/predictions/PredictionsPage')),
})
const models = createRoute({ getParentRoute: () => inside, path: '/analysis/models', loader: needAnalysis, component: lazyRouteComponent(() => import('@/features/analytics/ModelsPage')) })
const web = createRoute({
  getParentRoute: () => inside,
  path: '/analysis/web',
  validateSearch: (search): Partial<Record<(typeof WEB_PARAMETERS)[number], string>> => known(search, WEB_PARAMETERS),
  loader: () => Promise.all([needAnalysis(), needTexts('visits')]),
  component: lazyRouteComponent(() => import('@/features/analytics/web/WebPage')),
})
const WEB_PARAMETERS = ['part', 'from', 'to', 'compare', 'by', 'site', 'side', 'key', 'page', 'with', 'again'] as const
const analysisPages = [customers, leaving, cohorts, matrix, clusters, forecast, cube, sheet, predictions, models, web] as const
/** KPIs and what is made of them; the frame of their pages is that of the analysis. */
const needBoards = async () => void (await Promise.all([needTexts('analysis'), needTexts('boards')]))
const scorecards = createRoute({
  getParentRoute: () => inside,
  path: '/scorecards',
  validateSearch: (search): { of?: string; period?: string; from?: string; to?: string; compare?: string; kpi?: string } => known(search, ['of', 'period', 'from', 'to', 'compare', 'kpi']),
  loader: needBoards,
  component: lazyRouteComponent(() => import('@/features/analytics/boards/ScorecardsPage')),
})
const dashboards = createRoute({
  getParentRoute: () => inside,
  path: '/dashboards',
  validateSearch: (search): { d?: string; period?: string; from?: string; to?: string; compare?: string; kpi?: string } => known(search, ['d', 'period', 'from', 'to', 'compare', 'kpi']),
  loader: needBoards,
  component: lazyRouteComponent(() => import('@/features/analytics/boards/DashboardsPage')),
})
const questions = createRoute({
  getParentRoute: () => inside,
  path: '/questions',
  validateSearch: (search): { q?: string } => known(search, ['q']),
  loader: needBoards,
  component: lazyRouteComponent(() => import('@/features/analytics/boards/SqlPage')),
})
const alerts = createRoute({
  getParentRoute: () => inside,
  path: '/alerts',
  validateSearch: (search): { a?: string } => known(search, ['a']),
  loader: needBoards,
  component: lazyRouteComponent(() => import('@/features/analytics/alerts/AlertsPage')),
})
const reports = createRoute({
  getParentRoute: () => inside,
  path: '/reports',
  validateSearch: (search): { r?: string } => known(search, ['r']),
  loader: needBoards,
  component: lazyRouteComponent(() => import('@/features/analytics/reports/ReportsPage')),
})
const salesReports = createRoute({
  getParentRoute: () => inside,
  path: '/sales/reports',
  validateSearch: (search): Partial<Record<(typeof REPORT_PARAMETERS)[number], string>> => known(search, REPORT_PARAMETERS),
  loader: needBoards,
  component: lazyRouteComponent(() => import('@/features/analytics/sales/SalesReportsPage')),
})
const boardPages = [dashboards, scorecards, questions, alerts, reports, salesReports] as const

/** Segments are built with the filter of the lists and drawn with the charts of the analysis. */
const needSegments = () => Promise.all([needTexts('segments'), needTexts('analysis'), needTexts('lists')])
const segments = createRoute({ getParentRoute: () => inside, path: '/segments', loader: needSegments, component: lazyRouteComponent(() => import('@/features/analytics/segments/SegmentsPage')) })
const newSegment = createRoute({
  getParentRoute: () => inside,
  path: '/segments/new',
  validateSearch: (search): { object?: string; kind?: string; question?: string; name?: string } => known(search, ['object', 'kind', 'question', 'name']),
  loader: needSegments,
  component: lazyRouteComponent(() => import('@/features/analytics/segments/NewSegmentPage')),
})
const overlap = createRoute({
  getParentRoute: () => inside,
  path: '/segments/overlap',
  validateSearch: (search): { ids?: string } => known(search, ['ids']),
  loader: needSegments,
  component: lazyRouteComponent(() => import('@/features/analytics/segments/OverlapPage')),
})
const segment = createRoute({
  getParentRoute: () => inside,
  path: '/segments/$id',
  validateSearch: (search): { tab?: string; why?: string } => known(search, ['tab', 'why']),
  loader: needSegments,
  component: lazyRouteComponent(() => import('@/features/analytics/segments/SegmentPage')),
})
const segmentPages = [segments, newSegment, overlap, segment] as const

const needQuotes = () => needTexts('quotes')
const newQuote = createRoute({
  getParentRoute: () => inside,
  path: '/quotes/new',
  validateSearch: (search): { deal?: string; contact?: string; company?: string } => known(search, ['deal', 'contact', 'company']),
  loader: needQuotes,
  component: lazyRouteComponent(() => import('@/features/quotes/NewQuotePage')),
})
const quote = createRoute({ getParentRoute: () => inside, path: '/quotes/$id', loader: needQuotes, component: lazyRouteComponent(() => import('@/features/quotes/QuotePage')) })
const approvals = createRoute({ getParentRoute: () => inside, path: '/approvals', loader: needQuotes, component: lazyRouteComponent(() => import('@/features/quotes/ApprovalsPage')) })
const letters = createRoute({
  getParentRoute: () => inside,
  path: '/mail',
  validateSearch: (search): { state?: string; mailbox?: string; thread?: string } => known(search, ['state', 'mailbox', 'thread']),
  loader: () => needTexts('letters'),
  component: lazyRouteComponent(() => import('@/features/mail/MailPage')),
})
const oneThread = createRoute({ getParentRoute: () => inside, path: '/mail/$id', loader: () => needTexts('letters'), component: lazyRouteComponent(() => import('@/features/mail/ThreadPage')) })
const mailPages = [letters, oneThread] as const

const quotePages = [newQuote, quote, approvals] as const

/** Plan and forecast of sales. */
const needPlanning = () => needTexts('planning')
const plan = createRoute({
  getParentRoute: () => inside,
  path: '/sales/plan',
  validateSearch: (search): { by?: string; unit?: string; measure?: string; year?: string; all?: string } => known(search, ['by', 'unit', 'measure', 'year', 'all']),
  loader: needPlanning,
  component: lazyRouteComponent(() => import('@/features/planning/PlanPage')),
})
const salesForecast = createRoute({
  getParentRoute: () => inside,
  path: '/sales/forecast',
  validateSearch: (search): { unit?: string; on?: string; pipeline?: string; as_of?: string } => known(search, ['unit', 'on', 'pipeline', 'as_of']),
  loader: needPlanning,
  component: lazyRouteComponent(() => import('@/features/planning/ForecastPage')),
})
const commissions = createRoute({
  getParentRoute: () => inside,
  path: '/sales/commissions',
  validateSearch: (search): { part?: string; person?: string; month?: string } => known(search, ['part', 'person', 'month']),
  loader: () => Promise.all([needPlanning(), needTexts('commissions')]),
  component: lazyRouteComponent(() => import('@/features/planning/commissions/CommissionsPage')),
})
const planningPages = [plan, salesForecast, commissions] as const

const settings = createRoute({
  getParentRoute: () => inside,
  path: '/settings',
  loader: () => needTexts('settings'),
  component: lazyRouteComponent(() => import('@/features/settings/SettingsPage')),
})
const mySettings = createRoute({ getParentRoute: () => settings, path: '/', component: lazyRouteComponent(() => import('@/features/settings/ProfilePage')) })
const security = createRoute({ getParentRoute: () => settings, path: '/security', component: lazyRouteComponent(() => import('@/features/settings/SecurityPage')) })
const appearance = createRoute({ getParentRoute: () => settings, path: '/appearance', component: lazyRouteComponent(() => import('@/features/settings/AppearancePage')) })
const people = createRoute({
  getParentRoute: () => settings,
  path: '/people',
  validateSearch: (search): { user?: string; q?: string } => known(search, ['user', 'q']),
  component: lazyRouteComponent(() => import('@/features/settings/PeoplePage')),
})
const teams = createRoute({ getParentRoute: () => settings, path: '/teams', component: lazyRouteComponent(() => import('@/features/settings/TeamsPage')) })
const roles = createRoute({ getParentRoute: () => settings, path: '/roles', component: lazyRouteComponent(() => import('@/features/settings/RolesPage')) })
const oneRole = createRoute({ getParentRoute: () => settings, path: '/roles/$id', component: lazyRouteComponent(() => import('@/features/settings/RolePage')) })
const why = createRoute({
  getParentRoute: () => settings,
  path: '/access',
  validateSearch: (search): { object?: string; id?: string; user?: string } => known(search, ['object', 'id', 'user']),
  component: lazyRouteComponent(() => import('@/features/settings/WhyPage')),
})
const phones = createRoute({ getParentRoute: () => settings, path: '/phones', component: lazyRouteComponent(() => import('@/features/settings/PhonesPage')) })
const keys = createRoute({ getParentRoute: () => settings, path: '/keys', component: lazyRouteComponent(() => import('@/features/settings/KeysPage')) })
const objects = createRoute({ getParentRoute: () => settings, path: '/objects', component: lazyRouteComponent(() => import('@/features/settings/ObjectsPage')) })
const oneObject = createRoute({ getParentRoute: () => settings, path: '/objects/$name', component: lazyRouteComponent(() => import('@/features/settings/FieldsPage')) })
const pipelines = createRoute({ getParentRoute: () => settings, path: '/pipelines', component: lazyRouteComponent(() => import('@/features/settings/PipelinesPage')) })
const assignment = createRoute({ getParentRoute: () => settings, path: '/assignment', loader: () => needTexts('sales'), component: lazyRouteComponent(() => import('@/features/settings/AssignmentPage')) })
const mapping = createRoute({ getParentRoute: () => settings, path: '/conversion', component: lazyRouteComponent(() => import('@/features/settings/MappingPage')) })
const forms = createRoute({ getParentRoute: () => settings, path: '/forms', component: lazyRouteComponent(() => import('@/features/settings/FormsPage')) })
const oneForm = createRoute({ getParentRoute: () => settings, path: '/forms/$id', component: lazyRouteComponent(() => import('@/features/settings/FormPage')) })
const booking = createRoute({ getParentRoute: () => settings, path: '/booking', component: lazyRouteComponent(() => import('@/features/settings/BookingPages')) })
const oneBooking = createRoute({ getParentRoute: () => settings, path: '/booking/$id', component: lazyRouteComponent(() => import('@/features/settings/BookingPage')) })
const files = createRoute({ getParentRoute: () => settings, path: '/files', component: lazyRouteComponent(() => import('@/features/settings/FilesPage')) })
const company = createRoute({ getParentRoute: () => settings, path: '/company', component: lazyRouteComponent(() => import('@/features/settings/CompanyPage')) })
const offering = createRoute({ getParentRoute: () => settings, path: '/quotes', component: lazyRouteComponent(() => import('@/features/settings/QuotesPage')) })
const languages = createRoute({ getParentRoute: () => settings, path: '/languages', component: lazyRouteComponent(() => import('@/features/settings/LanguagesPage')) })
const currencies = createRoute({ getParentRoute: () => settings, path: '/currencies', component: lazyRouteComponent(() => import('@/features/settings/CurrenciesPage')) })
const calendars = createRoute({ getParentRoute: () => settings, path: '/calendars', component: lazyRouteComponent(() => import('@/features/settings/CalendarsPage')) })
const signInRules = createRoute({ getParentRoute: () => settings, path: '/sign-in', component: lazyRouteComponent(() => import('@/features/settings/RulesPage')) })
const transfers = createRoute({ getParentRoute: () => settings, path: '/transfers', component: lazyRouteComponent(() => import('@/features/settings/TransfersPage')) })
const sources = createRoute({ getParentRoute: () => settings, path: '/sources', component: lazyRouteComponent(() => import('@/features/settings/SourcesPage')) })
const mail = createRoute({ getParentRoute: () => settings, path: '/mail', component: lazyRouteComponent(() => import('@/features/settings/MailPage')) })
const mailboxes = createRoute({ getParentRoute: () => settings, path: '/mailboxes', component: lazyRouteComponent(() => import('@/features/settings/MailboxesPage')) })
const needSequences = () => Promise.all([needTexts('settings'), needTexts('sequences')])
const sequences = createRoute({ getParentRoute: () => settings, path: '/sequences', loader: needSequences, component: lazyRouteComponent(() => import('@/features/settings/SequencesPage')) })
const oneSequence = createRoute({ getParentRoute: () => settings, path: '/sequences/$id', loader: needSequences, component: lazyRouteComponent(() => import('@/features/settings/SequencePage')) })
const templates = createRoute({ getParentRoute: () => settings, path: '/templates', loader: needSequences, component: lazyRouteComponent(() => import('@/features/settings/TemplatesPage')) })
const audit = createRoute({
  getParentRoute: () => settings,
  path: '/audit',
  validateSearch: (search): { action?: string; actor?: string; record?: string } => known(search, ['action', 'actor', 'record']),
  component: lazyRouteComponent(() => import('@/features/settings/AuditPage')),
})
const settingsPages = [mySettings, security, appearance, people, teams, roles, oneRole, why, phones, keys, objects, oneObject, pipelines, assignment, mapping, forms, oneForm, booking, oneBooking, files, company, offering, languages, currencies, calendars, signInRules, transfers, sources, mail, mailboxes, sequences, oneSequence, templates, audit] as const

/** Records are also found at the address they have in the API: /contacts, /contacts/{id}. */
const elsewhere = createRoute({
  getParentRoute: () => inside,
  path: '$',
  beforeLoad: async ({ context, params }) => {
    const [plural = '', id, ...more] = (params._splat ?? '').split('/').filter(Boolean)
    const definitions = await context.queries.ensureQueryData(definitionsQuery)
    if (more.length > 0 || !objectByPlural(definitions, plural)) return
    if (id) throw redirect({ to: '/o/$plural/$id', params: { plural, id }, search: {}, replace: true })
    throw redirect({ to: '/o/$plural', params: { plural }, search: {}, replace: true })
  },
  component: NotFound,
})

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: (search): { to?: string } => known(search, ['to']),
  component: lazyRouteComponent(() => import('@/features/session/SignInPage')),
})
/** Where the company's own sign-in sends people back to. */
const signedInElsewhere = createRoute({
  getParentRoute: () => root,
  path: '/sign-in/callback',
  validateSearch: (search): { code?: string; state?: string; error?: string } => known(search, ['code', 'state', 'error']),
  component: lazyRouteComponent(() => import('@/features/session/CallbackPage')),
})
const setUp = createRoute({ getParentRoute: () => root, path: '/setup', component: lazyRouteComponent(() => import('@/features/session/SetUpPage')) })
const invite = createRoute({ getParentRoute: () => root, path: '/invite', component: lazyRouteComponent(() => import('@/features/session/InvitePage')) })

const tree = root.addChildren([
  inside.addChildren([home, list, record, trash, imports, oneImport, duplicates, quality, ...boardPages, ...analysisPages, ...segmentPages, ...quotePages, ...planningPages, ...mailPages, settings.addChildren(settingsPages), elsewhere]),
  signIn,
  signedInElsewhere,
  setUp,
  invite,
])

export function makeRouter(queries: QueryClient) {
  return createRouter({
    routeTree: tree,
    context: { queries },
    defaultPreload: 'intent',
    defaultPreloadStaleTime: 0,
    scrollRestoration: false,
    parseSearch,
    stringifySearch,
    defaultNotFoundComponent: NotFound,
    defaultErrorComponent: PageFailed,
    defaultPendingMs: 150,
  })
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof makeRouter>
  }
}
