using System.Globalization;
using System.Text.Json;

namespace Annotator.Core.Annotations;

/// <summary>What stands in the database about the objects of a batch.</summary>
internal sealed class OpsContext
{
    public Dictionary<(AnnotationTable Table, long Id), StoredObject> Stored { get; } = [];

    /// <summary>Objects that were removed, as they were.</summary>
    public Dictionary<(AnnotationTable Table, long Id), AnnotationObject> Removed { get; } = [];

    /// <summary>Ids that the user reserved in this job.</summary>
    public List<IdBlock> Blocks { get; } = [];

    /// <summary>What other journals did since the oldest revision that an op names; null when nothing op touches was changed since.</summary>
    public ChangeLog? Others { get; set; }
}

/// <summary>Decides what becomes of each op of a batch: the table of docs/annotations-protocol.md, row by row.</summary>
internal sealed class OpsMerge(PendingChange change, OpsContext context)
{
    private readonly AnnotationErrors _errors = new();

    /// <exception cref="InvalidAnnotationsException">An op is not valid.</exception>
    public List<OpResult> Apply(OpsBatch batch)
    {
        var results = new List<OpResult>(batch.Ops.Count);
        for (var i = 0; i < batch.Ops.Count; i++)
        {
            var op = batch.Ops[i];
            var at = "/ops/" + i.ToString(CultureInfo.InvariantCulture);
            results.Add(op.Kind switch
            {
                OpKind.Add => Add(op, at),
                OpKind.Update => Update(op, at),
                OpKind.Remove => Remove(op),
                _ => throw new ArgumentOutOfRangeException(nameof(batch), op.Kind, "Not a kind of op."),
            });
        }

        _errors.ThrowIfAny();
        return results;
    }

    private OpResult Add(Op op, string at)
    {
        var key = (op.Table, op.Id);
        var given = AnnotationJson.Read(op.Table, op.Value!.Value, at + "/value", _errors) with { Id = op.Id };
        var added = Validator(_errors, given).Check(given, null, at + "/value");
        if (context.Stored.TryGetValue(key, out var stored))
        {
            // The same object again, from a journal that was sent under another name: it is there, and that is all that was asked.
            if (AnnotationFields.Differences(stored.Object, added).Count > 0)
            {
                _errors.Add(at + "/id", "id-taken", $"The job has a {op.Table.ToWire()} {op.Id} already.");
            }

            return Ok(op);
        }

        // The id of an object that was removed may be used for it again: that is what undoing a removal does.
        if (!context.Blocks.Exists(block => op.Id >= block.First && op.Id < block.First + block.Count) && !context.Removed.ContainsKey(key))
        {
            _errors.Add(at + "/id", "id-not-reserved", $"The id {op.Id} is not one that you reserved in this job.");
        }

        if (_errors.Count == 0)
        {
            change.Add(added);
            context.Stored[key] = new StoredObject(added, change.Revision);
        }

        return Ok(op);
    }

    private OpResult Update(Op op, string at)
    {
        if (!context.Stored.TryGetValue((op.Table, op.Id), out var stored))
        {
            return Resurrect(op, at);
        }

        var current = stored.Object;
        var local = new AnnotationErrors();
        if (Wanted(op, current, at, local) is not { } asked)
        {
            return Ok(op);
        }

        var (wanted, fields) = asked;
        var late = IsLate(op, stored);
        var disputed = late && local.Count == 0
            ? fields.FindAll(field => context.Others!.Touches(op.Table, op.Id, op.Revision, field) && !AnnotationFields.Same(current, wanted, field))
            : [];
        if (local.Count == 0 && disputed.Count > 0)
        {
            wanted = fields.Except(disputed).Aggregate(current, (target, field) => AnnotationFields.Take(target, wanted, field));
            wanted = Validator(local, current).Check(wanted, current, at + "/set");
        }

        if (local.Count > 0)
        {
            if (!late)
            {
                foreach (var error in local.All)
                {
                    _errors.Add(error.Pointer, error.Code, error.Message);
                }

                return Ok(op);
            }

            // What was right when it was sent does not fit to what somebody made of the object meanwhile.
            return Conflict(op, fields, current);
        }

        wanted = InnerIds.Keep(current, wanted);
        if (AnnotationFields.Differences(current, wanted) is { Count: > 0 } differences && _errors.Count == 0)
        {
            change.Update(current, wanted, stored.Revision, differences);
            context.Stored[(op.Table, op.Id)] = stored with { Object = wanted };
        }

        return disputed.Count > 0 ? Conflict(op, disputed, wanted) : Ok(op);
    }

    private OpResult Resurrect(Op op, string at)
    {
        if (!context.Removed.TryGetValue((op.Table, op.Id), out var removed))
        {
            // Gone with a clear, a replace or an import: what it was is not known any more.
            return Conflict(op, [.. op.Value!.Value.EnumerateObject().Select(field => field.Name)], null);
        }

        var local = new AnnotationErrors();
        if (Wanted(op, removed, at, local) is not { } asked)
        {
            return Ok(op);
        }

        var (wanted, fields) = asked;
        if (local.Count == 0)
        {
            // All of it is new to the job again, so all of it must be right: its label may be gone.
            wanted = Validator(local, wanted).Check(wanted, null, at + "/set");
        }

        if (local.Count > 0)
        {
            return Conflict(op, fields, null);
        }

        if (_errors.Count == 0)
        {
            change.Add(wanted);
            context.Stored[(op.Table, op.Id)] = new StoredObject(wanted, change.Revision);
        }

        return new OpResult(op.Id, OpStatus.Resurrected, AnnotationJsonWriter.ToElement(wanted), []);
    }

    private OpResult Remove(Op op)
    {
        var key = (op.Table, op.Id);
        if (!context.Stored.TryGetValue(key, out var stored))
        {
            return Ok(op);
        }

        if (IsLate(op, stored))
        {
            return Conflict(op, [], stored.Object);
        }

        if (_errors.Count == 0)
        {
            change.Remove(stored.Object, stored.Revision);
            context.Stored.Remove(key);
            context.Removed[key] = stored.Object;
        }

        return Ok(op);
    }

    /// <summary>Whether another journal changed the object after the revision at which the client saw it.</summary>
    private bool IsLate(Op op, StoredObject stored) =>
        context.Others is { } others
        && stored.Revision > op.Revision
        && stored.Revision <= change.Job.Revision
        && others.Touches(op.Table, op.Id, op.Revision);

    /// <summary>
    /// The object as the client wants it and the fields it named; null when the op itself is malformed, which is an error.
    /// What does not fit to the labels goes to <paramref name="misfits"/>: that may be somebody else's doing.
    /// </summary>
    private (AnnotationObject Wanted, List<string> Fields)? Wanted(Op op, AnnotationObject current, string at, AnnotationErrors misfits)
    {
        var set = op.Value!.Value;
        var before = _errors.Count;
        var laid = AnnotationJson.Read(op.Table, set, at + "/set", current, _errors);
        return _errors.Count > before
            ? null
            : (Validator(misfits, current).Check(laid, current, at + "/set"), [.. set.EnumerateObject().Select(field => field.Name)]);
    }

    /// <summary>
    /// Tags and shapes stand on the job's own frames. A track may come from a neighbouring job and reach over the edge: its
    /// keyframes stand on frames of the task.
    /// </summary>
    private AnnotationValidator Validator(AnnotationErrors errors, AnnotationObject annotation) =>
        new(change.Schema, annotation is Track ? change.Job.TaskFrames : change.Job.Frames, errors);

    private static OpResult Ok(Op op) => new(op.Id, OpStatus.Ok, null, []);

    private static OpResult Conflict(Op op, IReadOnlyList<string> fields, AnnotationObject? current)
    {
        JsonElement? json = current is null ? null : AnnotationJsonWriter.ToElement(current);
        return new OpResult(op.Id, OpStatus.Conflict, json, fields);
    }
}
