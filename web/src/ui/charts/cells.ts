/** How the cells of a table of figures look. */

export const TH = 'h-[34px] border-b border-line px-3 text-start text-meta font-medium text-fg-3 whitespace-nowrap max-md:px-1.5 max-md:whitespace-normal'
export const TD = 'border-b border-line px-3 py-2 align-middle max-md:px-1.5'
