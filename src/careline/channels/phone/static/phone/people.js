// Whoever is in hand is in sight in the list of people.
"use strict";

// Scroll a list, and nothing around it, until this one of it is so many pixels below its upper edge.
function bring(list, one, below) {
  list.scrollTop += one.getBoundingClientRect().top - list.getBoundingClientRect().top - below;
}

const people = document.querySelector(".people ul");
bring(people, people.querySelector(".holding"), people.clientHeight / 3);
