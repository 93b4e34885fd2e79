-- The breaks of a large register: which assets of a department are in use, in which revision, without their rows; the
-- answers × among all; the reviews of a department.
CREATE INDEX asset_held ON asset (department_id, state, id, revision);
CREATE INDEX answer_bad ON answer (department_id, month) WHERE mark = 'bad';
CREATE INDEX review_department ON review (department_id, month);
