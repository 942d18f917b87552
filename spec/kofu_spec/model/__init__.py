"""The chain as a transition system that can be checked whole. Its definition in prose: spec/docs/model.md.

Pure standard library. One topic a module:

- `state`           what is remembered, all of it small numbers
- `guards`          every check, apart from the act that it guards
- `actions`         what a step is; `session`, `application`, `issuing`, `feed`, `paper`, `mishaps` hold the actions
- `chain`           all of them together: `Chain(configuration).steps(state)`
- `invariants`      what no step may break
- `mutants`         the guards, one at a time removed or weakened
- `configurations`  how many there are of everything
- `search`          every state, the shortest counterexample, the digests
- `crossings`       what passes between two parties; `observations` what is seen of it
- `views`           each role's border, made by hiding; `behaviour` the model as seen there
- `oracle`          judges what is seen at a border: `judge(view, configuration, trace)`; `explanation`, `visibility`
- `story`           a history told in the domain's words
"""

from kofu_spec.model.oracle import judge

__all__ = ["judge"]
