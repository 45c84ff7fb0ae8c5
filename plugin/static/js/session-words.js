// What a step of a session is called: on the screen, aloud, and for a screen reader.
import { KIND, REP, SECONDS, SET, SIDE } from "./session-player.js";

const SPOKEN_HOLD_S = 5;
const COUNTED = { inhale: "breath", exhale: "breath", tense: "group", release: "group" };

export const fill = (words, values) => words.replace(/\{(\w+)\}/g, (_all, name) => values[name]);

function place(words, exercise, step) {
  return fill(words, { set: step[SET], sets: exercise.sets, rep: step[REP], reps: exercise.reps });
}

const side = (words, step) => (step[SIDE] ? words[step[SIDE]] : "");

// The line under the count: which set, which repetition; while resting what comes then.
export function round(words, exercise, step) {
  if (step[KIND] === "rest") return place(step[REP] ? words.next_rep : words.next_set, exercise, step);
  const parts = [];
  if (step[SET] && exercise.sets > 1) parts.push(place(words.set, exercise, step));
  if (step[REP] && exercise.reps > 1) parts.push(place(words[COUNTED[step[KIND]] ?? "rep"], exercise, step));
  return parts.join(" · ");
}

// Whether the large figure counts the seconds of a step, or the repetition it belongs to.
export function countsSeconds(exercise, step) {
  const held = exercise.steps.find((each) => each[KIND] === "hold")?.[SECONDS] ?? 0;
  if (["move", "return"].includes(step[KIND])) return exercise.reps === 1;
  return step[KIND] !== "hold" || held >= SPOKEN_HOLD_S || exercise.reps === 1;
}

function minutes(words, left) {
  return left === 60 ? words.minute_left : fill(words.minutes_left, { n: left / 60 });
}

const sentence = (...parts) => parts.filter(Boolean).map((part) => String(part).replace(/\.$/, "")).join(". ");

// What is said aloud when a step begins; nothing where it would only hurry.
export function spoken(words, exercise, step, left) {
  const [kind, seconds] = step;
  const first = step[REP] === 1 && step[SET] > 0 && exercise.sets > 1;
  switch (kind) {
    case "prepare": return sentence(exercise.name, exercise.cue, side(words, step));
    case "move": return sentence(first && place(words.set, exercise, step), exercise.reps > 1 ? step[REP] : words.move);
    case "hold": return seconds >= SPOKEN_HOLD_S ? fill(words.hold_for, { n: seconds }) : "";
    case "return": return exercise.steps.some((each) => each[KIND] === "hold" && each[SECONDS] >= SPOKEN_HOLD_S) ? words.return : "";
    case "steady": return left % 60 === 0 && left > 0 ? sentence(words.steady, minutes(words, left)) : words.steady;
    case "rest": return fill(words.rest_for, { n: seconds });
    case "change": return sentence(words.change, side(words, step));
    case "tense": return sentence(place(words.group, exercise, step), words.tense);
    default: return words[kind];
  }
}

// What a screen reader is told: that something else begins, never a count.
export function announced(words, exercise, step, before) {
  const [kind, seconds] = step;
  if (kind === "prepare") return sentence(exercise.name, side(words, step));
  if (kind === "rest") return sentence(fill(words.rest_for, { n: seconds }), round(words, exercise, step));
  if (kind === "change") return sentence(words.change, side(words, step));
  if (kind === "hold" && seconds >= 2 * SPOKEN_HOLD_S) return fill(words.hold_for, { n: seconds });
  if (kind === "move" && step[REP] === 1) return sentence(place(words.set, exercise, step), side(words, step));
  if (kind === "inhale") return step[REP] === 1 ? words.breathe : "";
  if (kind === "tense" && step[REP] !== before?.[REP]) return place(words.group, exercise, step);
  return kind === "steady" && before?.[KIND] !== "steady" ? words.steady : "";
}
