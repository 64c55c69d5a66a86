import type { Page } from 'playwright-core';

/** What reaches past the edge of the paper, of its cell or of its plot, in words. */
export function tooWide(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const paper = document.documentElement.clientWidth;
    const inside = (element: Element, right: number) => element.getBoundingClientRect().right <= right + 0.5;
    const elements = [...document.querySelectorAll('body *')].filter((element) => !inside(element, paper));
    const cells = [...document.querySelectorAll('td, th')].filter((cell) => cell.scrollWidth > cell.clientWidth + 1);
    const labels = [...document.querySelectorAll('svg text')].filter((label) => {
      const [box, plot] = [label.getBoundingClientRect(), label.closest('svg')!.getBoundingClientRect()];
      return box.left < plot.left || box.right > plot.right || box.top < plot.top || box.bottom > plot.bottom;
    });
    return [...elements, ...cells, ...labels].map((element) => `${element.tagName} ${element.textContent}`);
  });
}

/** Every piece of text that is drawn, as large as it is drawn, against what is behind it. */
export function textsOf(page: Page): Promise<{ text: string; sizePixels: number; contrast: number }[]> {
  return page.evaluate(() => {
    const numbers = (colour: string) => (colour.match(/[\d.]+/g) ?? []).map(Number);
    const luminance = (colour: string) => {
      const [red, green, blue] = numbers(colour).map((value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4));
      return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
    };
    const behind = (element: Element | null): string => {
      const colour = element ? getComputedStyle(element).backgroundColor : 'rgb(255, 255, 255)';
      return numbers(colour)[3] === 0 ? behind(element?.parentElement ?? null) : colour;
    };
    const leaves = [...document.body.querySelectorAll('*')].filter((element) => [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim()));
    return leaves.map((element) => {
      const { fontSize, color, fill } = getComputedStyle(element);
      const svg = element.closest('svg');
      const scale = svg ? svg.getBoundingClientRect().width / svg.viewBox.baseVal.width : 1;
      const [lighter, darker] = [luminance(svg ? fill : color), luminance(behind(element))].sort((a, b) => b - a);
      return { text: element.textContent ?? '', sizePixels: Number.parseFloat(fontSize) * scale, contrast: (lighter! + 0.05) / (darker! + 0.05) };
    });
  });
}
