"""LightGBM's trees as packages/learn/src/learners/tree/ensemble.ts keeps them: both sides of a
benchmark, and a fixture's expectations, are then about the same trees."""


def ensemble(model):
    """Flat arrays of a model without categories; a right child stands right behind the left one."""
    names = ("column", "left", "threshold", "missingLeft", "value", "cover")
    nodes = {name: [] for name in names}
    starts = [0]

    def put():
        for name in names:
            nodes[name].append(-1 if name == "column" else 0)
        return len(nodes["column"]) - 1

    for info in model.dump_model()["tree_info"]:
        waiting = [(put(), info["tree_structure"])]
        while waiting:
            at, told = waiting.pop(0)
            if "split_feature" not in told:
                nodes["value"][at] = told["leaf_value"]
                nodes["cover"][at] = told.get("leaf_count", 1)
                continue
            threshold = told["threshold"]
            known = told["missing_type"] == "NaN"
            left = put()
            put()
            nodes["column"][at] = told["split_feature"]
            nodes["left"][at] = left
            nodes["threshold"][at] = threshold
            # Where training met no missing value, LightGBM reads one as 0.
            nodes["missingLeft"][at] = int(told["default_left"] if known else 0 <= threshold)
            nodes["cover"][at] = told["internal_count"]
            waiting += [(left, told["left_child"]), (left + 1, told["right_child"])]
        starts.append(len(nodes["column"]))
    return dict(nodes, starts=starts, outputs=model.num_model_per_iteration())
