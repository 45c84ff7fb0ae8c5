// Where a session is: which exercise, which step of it, how much of that is left; and what was done.
// It knows no page and no clock: time is what it is told has passed.
export const [KIND, SECONDS, SIDE, SET, REP, DONE] = [0, 1, 2, 3, 4, 5];

export class Player {
  constructor(plan, kept) {
    this.plan = plan;
    this.order = [...plan.order];
    this.at = 0;
    this.did = {}; // exercise -> its numbers done
    this.far = {}; // exercise -> the furthest step that ended
    this.hurt = [];
    this.hurting = null; // the exercise that hurt more, until it is said what comes instead
    this.spent = 0; // ms of playing, pauses left out
    this.to(0, 0);
    if (kept) this.goOn(kept);
  }

  // What the plan does not hold any more is left out; an exercise begins anew where it has changed.
  goOn(kept) {
    const known = (ids) => ids.filter((id) => this.plan.exercises[id]);
    const { did, far, hurt, hurting, spent } = kept;
    Object.assign(this, { order: known(kept.order), did, far, hurt, hurting, spent });
    const there = this.plan.exercises[kept.order[kept.at]];
    this.to(known(kept.order.slice(0, kept.at)).length, there ? kept.step : 0);
    if (there && this.now) this.left = Math.min(this.left, kept.left);
  }

  get id() { return this.order[this.at]; }

  get exercise() { return this.plan.exercises[this.id]; }

  get now() { return this.exercise?.steps[this.step]; }

  get last() { return this.at === this.order.length - 1; }

  get over() { return this.at >= this.order.length; }

  get next() { return this.exercise?.steps[this.step + 1]; }

  to(at, step) {
    this.at = at;
    this.step = this.exercise?.steps[step] ? step : 0;
    this.left = this.over ? 0 : this.now[SECONDS] * 1000;
  }

  // Lets so many ms pass; returns whether another step has begun.
  pass(ms) {
    const before = this.now;
    this.spent += ms;
    this.left -= ms;
    while (this.left <= 0 && !this.over) {
      const late = this.left;
      this.note();
      if (this.next) this.to(this.at, this.step + 1);
      else this.to(this.at + 1, 0);
      if (!this.over) this.left += late;
    }
    return this.now !== before;
  }

  note() {
    if (this.step < (this.far[this.id] ?? 0)) return;
    this.far[this.id] = this.step;
    const values = this.now.slice(DONE);
    if (values.length > 0) this.did[this.id] = Object.fromEntries(this.exercise.numbers.map((name, place) => [name, values[place]]));
  }

  skip() { this.to(this.at + 1, 0); }

  // To the beginning of this exercise; from there to the one before.
  back() { this.to(this.step > 0 ? this.at : Math.max(0, this.at - 1), 0); }

  swap(id) {
    this.order[this.at] = id;
    this.to(this.at, 0);
  }

  // Seconds left of a stretch that is told in pieces of the same kind.
  get stretch() {
    let seconds = this.left / 1000;
    const like = (step) => step && step[KIND] === this.now[KIND] && step[SIDE] === this.now[SIDE] && step[REP] === this.now[REP];
    for (let step = this.step + 1; like(this.exercise.steps[step]); step += 1) seconds += this.exercise.steps[step][SECONDS];
    return seconds;
  }

  get secondsLeft() {
    const rest = this.order.slice(this.at).flatMap((id) => this.plan.exercises[id].steps);
    const seconds = rest.slice(this.step).reduce((sum, step) => sum + step[SECONDS], 0);
    return this.over ? 0 : seconds - this.now[SECONDS] + this.left / 1000;
  }

  get kept() {
    const { order, at, step, left, did, far, hurt, hurting, spent } = this;
    return { day: this.plan.day, order, at, step, left, did, far, hurt, hurting, spent };
  }
}
