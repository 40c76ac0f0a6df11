// A picture of what only time gives: a month of an account, and a rhythm of its own.
import { Entra } from '../helpers/entra.ts';
import { connect, OWNER, signIn, test } from '../helpers/test.ts';
import { picture } from './picture.ts';

test('a month', async ({ rollcall, acme, page }) => {
  test.setTimeout(900_000);
  rollcall.cli('user', 'create', '--account', acme, '--user-name', 'glass@acme.example', '--role', 'administrator', '--break-glass');
  const entra = new Entra(connect(rollcall, acme, 'Microsoft Entra'));
  let people = 0;
  const arrive = async (number: number) => {
    for (let index = 0; index < number; index += 1) {
      people += 1;
      await entra.create(`person.${people}@acme.example`, 'Person', `No. ${people}`);
    }
  };
  await arrive(3);
  for (let day = 1; day < 29; day += 3) {
    await rollcall.stop();
    await rollcall.start(`${day}d`);
    await arrive(day % 7);
    if (day % 4 === 0) await entra.createGroup(`Group ${day}`);
    if (day % 10 === 0) await entra.create('glass@acme.example', 'Break', 'Glass');
  }
  for (let cycle = 0; cycle < 12; cycle += 1) {
    await rollcall.stop();
    await rollcall.start(`${29 * 24 * 60 + cycle * 40}m`);
    await arrive(cycle % 5 === 0 ? 9 : 1);
    if (cycle === 7) await entra.create('glass@acme.example', 'Break', 'Glass');
  }
  await signIn(page, rollcall, OWNER.email, OWNER.password);
  const account = `${rollcall.url}/accounts/${acme}`;
  await picture(page, account, 'overview-month');
  await picture(page, `${account}/activity`, 'activity-month');
  await picture(page, `${account}/troubleshooting`, 'trouble-month');
});
