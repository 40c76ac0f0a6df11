import { AxeBuilder } from '@axe-core/playwright';
import { Entra } from '../helpers/entra.ts';
import { connect, expect, test } from '../helpers/test.ts';

test('every page, in both themes, at three widths: nothing serious, and no sideways scrolling', async ({ rollcall, acme, owner: page, browser }) => {
  test.slow();
  const entra = new Entra(connect(rollcall, acme, 'Entra'));
  const ada = (await entra.create('ada@acme.test', 'Ada', 'Lovelace')).body;
  const group = (await entra.createGroup('Finance')).body;
  await entra.addMembers(group.id, ada.id);
  rollcall.cli('group', 'grant', '--account', acme, '--group', 'Finance', '--role', 'auditor');
  rollcall.cli('user', 'create', '--account', acme, '--user-name', 'glass@acme.test', '--role', 'administrator', '--break-glass');

  const account = `/accounts/${acme}`;
  const paths = [
    '/accounts', account, `${account}/users`, `${account}/users/new`, `${account}/users/${ada.id}`, `${account}/groups`,
    `${account}/groups/${group.id}`, `${account}/activity`, `${account}/identity`, `${account}/identity/provisioning`,
    `${account}/identity/provisioning/tokens/new`, '/nowhere',
  ];
  const state = await page.context().storageState();
  const anonymous = await browser.newContext();
  const visit = async (context: typeof anonymous, path: string): Promise<void> => {
    const tab = await context.newPage();
    for (const colorScheme of ['light', 'dark'] as const) {
      await tab.emulateMedia({ colorScheme });
      await tab.goto(rollcall.url + path);
      for (const width of [320, 768, 1440]) {
        await tab.setViewportSize({ width, height: 900 });
        const where = `${path} ${colorScheme} ${width}`;
        const sideways = await tab.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        expect(sideways, where).toBeLessThanOrEqual(0);
        const { violations } = await new AxeBuilder({ page: tab }).analyze();
        const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
        expect(serious.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`), where).toEqual([]);
      }
    }
    await tab.close();
  };
  for (const path of ['/sign-in', '/start/void', '/link/void']) await visit(anonymous, path);
  await anonymous.close();
  const signedIn = await browser.newContext({ storageState: state });
  for (const path of paths) await visit(signedIn, path);
  await signedIn.close();
});
