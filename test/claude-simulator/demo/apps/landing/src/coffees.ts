export interface Coffee {
  name: string;
  place: string;
  height: string;
  taste: string;
  price: number;
}

export const coffees: Coffee[] = [
  { name: 'Kiandu', place: 'Nyeri, Kenya', height: '1,820 m', taste: 'Blackcurrant, rhubarb, dark honey', price: 16 },
  { name: 'El Mirador', place: 'Huila, Colombia', height: '1,750 m', taste: 'Red apple, panela, walnut', price: 14 },
  { name: 'Chelchele', place: 'Gedeb, Ethiopia', height: '2,050 m', taste: 'Apricot, jasmine, lemon peel', price: 15 },
  { name: 'Night Boat', place: 'A blend, for milk', height: '', taste: 'Cocoa, toasted hazelnut, fig', price: 12 },
];
