import { Maximize, Monitor, Smartphone, Tablet } from 'lucide';
import { strings } from '../strings/strings.ts';
import { Menu } from '../ui/menu.tsx';
import { type DeviceName, devices, type ViewState } from './view-state.ts';

const words = strings.sheet;

const icons = { free: Maximize, phone: Smartphone, tablet: Tablet, desktop: Monitor };
const names: readonly DeviceName[] = ['free', 'phone', 'tablet', 'desktop'];

/** In which size of window the app is looked at. */
export function DeviceSize({ desk, disabled }: { desk: ViewState; disabled: boolean }) {
  const chosen = desk.device.value;
  const size = desk.size.value;
  return (
    <Menu
      node={icons[chosen]}
      name={words.size}
      value={size ? words.pixels(size.width, size.height) : words.devices.free}
      disabled={disabled}
    >
      {() => (
        <fieldset class="menu-group">
          <legend class="visually-hidden">{words.size}</legend>
          {names.map((name) => (
            <label key={name} class="menu-item">
              <input
                type="radio"
                name="device"
                checked={chosen === name}
                onChange={() => {
                  desk.device.value = name;
                }}
              />
              {words.devices[name]}
              {name !== 'free' && <span class="quiet">{words.pixels(devices[name].width, devices[name].height)}</span>}
            </label>
          ))}
          <label class="menu-item is-apart">
            <input
              type="checkbox"
              disabled={size === null}
              checked={desk.isTurned.value}
              onChange={({ currentTarget }) => {
                desk.isTurned.value = currentTarget.checked;
              }}
            />
            {words.turn}
          </label>
          <label class="menu-item">
            <input
              type="checkbox"
              disabled={size === null}
              checked={desk.fits.value}
              onChange={({ currentTarget }) => {
                desk.fits.value = currentTarget.checked;
              }}
            />
            {words.fit}
          </label>
        </fieldset>
      )}
    </Menu>
  );
}
