/** What the codes of visits are called. */

export const MEDIA: Record<string, string> = {
  direct: 'web.direct', campaign: 'web.campaign', search: 'web.search', assistant: 'web.assistant', social: 'web.social', mail: 'web.mail', referral: 'web.referral', own: 'web.own',
}

export const DEVICES: Record<string, string> = {
  desktop: 'web.desktop', mobile: 'web.mobile', tablet: 'web.tablet', tv: 'web.tv', console: 'web.console', watch: 'web.watch', unknown: 'web.unknown',
}

/** Why a line of a log cannot be read. */
export const DAMAGES: Record<string, string> = {
  too_long: 'web.damage_too_long', no_address: 'web.damage_no_address', no_time: 'web.damage_no_time', no_request: 'web.damage_no_request', no_status: 'web.damage_no_status', not_json: 'web.damage_not_json', other_fields: 'web.damage_other_fields',
}

export const STATES: Record<string, { name: string; hue: number }> = {
  running: { name: 'web.running', hue: 240 }, done: { name: 'web.done', hue: 155 }, cancelled: { name: 'web.cancelled', hue: 70 }, failed: { name: 'web.failed', hue: 25 },
}
