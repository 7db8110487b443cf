/** What the timeline is drawn with. */
export interface Palette {
  readonly ink: string;
  readonly quiet: string;
  readonly line: string;
  readonly accent: string;
  readonly trouble: string;
  readonly paper: string;
  actor(place: number): string;
}

const dark = matchMedia('(prefers-color-scheme: dark)');

/**
 * The colour of an actor: the golden section puts neighbours far apart, and no two have the same. Reds are left out: they are
 * for refusals. The first two places are for nobody in particular.
 */
export const actorColour = (place: number, isDark = dark.matches): string => {
  if (place < 2) return isDark ? 'oklch(0.55 0 0)' : 'oklch(0.7 0 0)';
  const hue = 55 + (((place - 2) * 0.618034 + 0.34) % 1) * 290;
  const lightness = (isDark ? 0.76 : 0.62) + (place % 3) * 0.035;
  return `oklch(${lightness.toFixed(3)} 0.125 ${hue.toFixed(1)})`;
};

/** The colours of the page as it is now; `onChange` when the person's system turns from light to dark or back. */
export const readPalette = (): Palette => {
  const style = getComputedStyle(document.documentElement);
  const probe = document.createElement('span');
  document.body.append(probe);
  const resolve = (name: string): string => {
    probe.style.color = `var(${name})`;
    return getComputedStyle(probe).color || style.color;
  };
  const palette = {
    ink: resolve('--ink'),
    quiet: resolve('--quiet'),
    line: resolve('--line'),
    accent: resolve('--accent'),
    trouble: resolve('--trouble'),
    paper: resolve('--raised'),
  };
  probe.remove();
  const actors = new Map<number, string>();
  const isDark = dark.matches;
  return {
    ...palette,
    actor: (place) => {
      const colour = actors.get(place) ?? actorColour(place, isDark);
      actors.set(place, colour);
      return colour;
    },
  };
};

/** Told when the person's system turns from light to dark or back. */
export const onThemeChange = (tell: () => void): void => dark.addEventListener('change', tell);
