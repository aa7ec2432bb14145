using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Annotator.Core.Annotations;

/// <summary>The contract's create, update, delete and replace, imports, and the deletion of labels.</summary>
public sealed partial class AnnotationStore
{
    /// <summary>
    /// Adds objects; ids are given by the store. Returns them with their ids. <paramref name="expectedRevision"/> null
    /// means: whatever the revision is.
    /// </summary>
    /// <exception cref="InvalidAnnotationsException">Something is wrong with an object; nothing was added.</exception>
    /// <exception cref="StaleRevisionException">The job is at another revision than expected.</exception>
    public Task<JobAnnotations> CreateAsync(int jobId, int userId, JobAnnotations added, int? expectedRevision, CancellationToken cancel) =>
        ChangeAsync(
            jobId,
            userId,
            expectedRevision,
            async change =>
            {
                var objects = await GiveIdsAsync(Checked(change, added, _ => null), cancel);
                objects.ForEach(change.Add);
                await change.SaveAsync([], cancel);
                return ToAnnotations(change.Revision, objects);
            },
            cancel);

    /// <summary>
    /// Replaces objects by id, keeping their ids. An object without an id (0) is created, as newer servers of the contract do.
    /// Nodes and keyframes that come without ids keep those they had.
    /// </summary>
    /// <exception cref="InvalidAnnotationsException">Something is wrong with an object, or an id is unknown; nothing was changed.</exception>
    /// <exception cref="StaleRevisionException">The job is at another revision than expected.</exception>
    public Task<JobAnnotations> UpdateAsync(int jobId, int userId, JobAnnotations changed, int? expectedRevision, CancellationToken cancel) =>
        ChangeAsync(
            jobId,
            userId,
            expectedRevision,
            async change =>
            {
                var known = await FindAsync(change, changed, cancel);
                var objects = Checked(change, changed, annotation => known.GetValueOrDefault(Key(annotation))?.Object);
                objects = await GiveIdsAsync(objects.ConvertAll(after => known.TryGetValue(Key(after), out var stored) ? InnerIds.Keep(stored.Object, after) : after), cancel);
                foreach (var after in objects)
                {
                    if (!known.TryGetValue(Key(after), out var before))
                    {
                        change.Add(after);
                    }
                    else if (AnnotationFields.Differences(before.Object, after) is { Count: > 0 } fields)
                    {
                        change.Update(before.Object, after, before.Revision, fields);
                    }
                }

                await change.SaveAsync([], cancel);
                return ToAnnotations(change.Revision, objects);
            },
            cancel);

    /// <summary>
    /// Deletes objects by id. Returns what was deleted, as it was. An id that is not there is passed over: whoever sends a
    /// deletion again because the answer was lost, or comes second, finds done what was wanted.
    /// </summary>
    /// <exception cref="InvalidAnnotationsException">An id is named twice; nothing was deleted.</exception>
    /// <exception cref="StaleRevisionException">The job is at another revision than expected.</exception>
    public Task<JobAnnotations> DeleteAsync(int jobId, int userId, JobAnnotations removed, int? expectedRevision, CancellationToken cancel) =>
        ChangeAsync(
            jobId,
            userId,
            expectedRevision,
            async change =>
            {
                var known = await FindAsync(change, removed, cancel, passOver: true);
                if (known.Count == 0)
                {
                    return ToAnnotations(change.Job.Revision, []);
                }

                foreach (var stored in known.Values)
                {
                    change.Remove(stored.Object, stored.Revision);
                }

                await change.SaveAsync([], cancel);
                return ToAnnotations(change.Revision, known.Values.Select(stored => stored.Object));
            },
            cancel);

    /// <summary>
    /// Deletes objects by id and adds others, as one change. Returns what was added, with its ids. An id that is not there is
    /// passed over.
    /// </summary>
    /// <exception cref="InvalidAnnotationsException">Something is wrong with an object, or an id is named twice; nothing was changed.</exception>
    /// <exception cref="StaleRevisionException">The job is at another revision than expected.</exception>
    public Task<JobAnnotations> ExchangeAsync(int jobId, int userId, JobAnnotations removed, JobAnnotations added, int? expectedRevision, CancellationToken cancel) =>
        ChangeAsync(
            jobId,
            userId,
            expectedRevision,
            async change =>
            {
                var known = await FindAsync(change, removed, cancel, passOver: true);
                var objects = await GiveIdsAsync(Checked(change, added, _ => null), cancel);
                if (known.Count + objects.Count == 0)
                {
                    return ToAnnotations(change.Job.Revision, []);
                }

                foreach (var stored in known.Values)
                {
                    change.Remove(stored.Object, stored.Revision);
                }

                objects.ForEach(change.Add);
                await change.SaveAsync([], cancel);
                return ToAnnotations(change.Revision, objects);
            },
            cancel);

    /// <summary>Replaces everything in the job. Uses COPY, whatever the size.</summary>
    /// <exception cref="InvalidAnnotationsException">Something is wrong with an object; nothing was changed.</exception>
    /// <exception cref="StaleRevisionException">The job is at another revision than expected.</exception>
    public Task<JobAnnotations> ReplaceAsync(int jobId, int userId, JobAnnotations all, int? expectedRevision, CancellationToken cancel) =>
        ChangeAsync(
            jobId,
            userId,
            expectedRevision,
            async change =>
            {
                change.IsBulk = true;
                var objects = await GiveIdsAsync(Checked(change, all, _ => null), cancel);
                await EmptyAsync(change, cancel);
                objects.ForEach(change.Add);
                await change.SaveAsync([], cancel);
                return ToAnnotations(change.Revision, objects);
            },
            cancel);

    /// <summary>Removes everything in the job and returns the new revision.</summary>
    /// <exception cref="StaleRevisionException">The job is at another revision than expected.</exception>
    public Task<int> ClearAsync(int jobId, int userId, int? expectedRevision, CancellationToken cancel) =>
        ChangeAsync(
            jobId,
            userId,
            expectedRevision,
            async change =>
            {
                change.IsBulk = true;
                await EmptyAsync(change, cancel);
                await change.SaveAsync([], cancel);
                return change.Revision;
            },
            cancel);

    /// <summary>
    /// Removes every object of these labels in every job, and the nodes, where a label is a skeleton's node: one bulk change of
    /// each job that has any. Call it before the labels themselves are deleted, in the same transaction.
    /// </summary>
    public async Task DeleteLabelsAsync(int userId, IReadOnlyCollection<int> labelIds, CancellationToken cancel)
    {
        var labels = labelIds.ToArray();
        if (labels.Length == 0)
        {
            return;
        }

        // Always locked in the same order, so that two removals cannot wait for each other.
        var jobs = await db.Database
            .SqlQuery<int>($"""
                SELECT DISTINCT job_id AS "Value" FROM label_count
                WHERE label_id = ANY ({labels}) OR label_id IN (SELECT parent_id FROM labels WHERE id = ANY ({labels}))
                ORDER BY 1
                """)
            .ToListAsync(cancel);
        foreach (var job in jobs)
        {
            await ChangeAsync(job, userId, null, change => DeleteLabelsAsync(change, labels, cancel), cancel);
        }
    }

    private static async Task<bool> DeleteLabelsAsync(PendingChange change, int[] labels, CancellationToken cancel)
    {
        change.IsBulk = true;
        var changed = 0;
        foreach (var table in AnnotationRows.All.Select(rows => rows.Table).Append("label_count"))
        {
            await using var delete = new NpgsqlCommand($"DELETE FROM {table} WHERE job_id = $1 AND label_id = ANY ($2)", change.Connection);
            delete.Parameters.Add(new() { Value = change.Job.Id });
            delete.Parameters.Add(new() { Value = labels });
            changed += await delete.ExecuteNonQueryAsync(cancel);
        }

        var parents = change.Schema.Labels.Where(label => labels.Contains(label.Id)).Select(label => label.ParentId).OfType<int>().Except(labels).ToArray();
        foreach (var rows in new[] { AnnotationRows.Shapes, AnnotationRows.Tracks })
        {
            foreach (var stored in parents.Length == 0 ? [] : await SelectAsync(change, rows, "label_id = ANY ($2)", parents, cancel))
            {
                var after = InnerIds.WithoutNodes(stored.Object, labels);
                if (!AnnotationFields.Same(stored.Object, after, "elements"))
                {
                    change.Update(stored.Object, after, stored.Revision, ["elements"]);
                    changed++;
                }
            }
        }

        if (changed > 0)
        {
            await change.SaveAsync([], cancel);
        }

        return changed > 0;
    }

    private async Task<T> ChangeAsync<T>(int jobId, int userId, int? expectedRevision, Func<PendingChange, Task<T>> work, CancellationToken cancel) =>
        await InTransactionAsync(
            repeatable: false,
            async () =>
            {
                var job = await LockedJob.LockAsync(Connection, jobId, cancel);
                if (expectedRevision is { } expected && expected != job.Revision)
                {
                    throw new StaleRevisionException(job.Revision);
                }

                using var change = new PendingChange(db, job, userId, await LabelSchema.LoadAsync(Connection, jobId, cancel), time.GetUtcNow());
                return await work(change);
            },
            cancel);

    private static List<AnnotationObject> Checked(PendingChange change, JobAnnotations given, Func<AnnotationObject, AnnotationObject?> current)
    {
        var errors = new AnnotationErrors();
        var validator = new AnnotationValidator(change.Schema, change.Job.TaskFrames, errors);
        var objects = new List<AnnotationObject>(given.Tags.Count + given.Shapes.Count + given.Tracks.Count);
        foreach (var (name, list) in Lists(given))
        {
            for (var i = 0; i < list.Count; i++)
            {
                objects.Add(validator.Check(list[i], current(list[i]), $"/{name}/{i}"));
            }
        }

        errors.ThrowIfAny();
        return objects;
    }

    /// <summary>In which of some jobs the given objects are that have ids; objects that are in none of them are absent.</summary>
    public async Task<IReadOnlyDictionary<long, int>> FindJobsAsync(IReadOnlyCollection<int> jobIds, JobAnnotations given, CancellationToken cancel)
    {
        var jobs = jobIds.ToArray();
        var ids = Lists(given).SelectMany(pair => pair.List).Select(annotation => annotation.Id).Where(id => id != 0).Distinct().ToArray();
        if (ids.Length == 0)
        {
            return new Dictionary<long, int>();
        }

        // Ids are never given twice, whatever the kind of object.
        return await db.Database
            .SqlQuery<ObjectInJob>($"""
                SELECT id AS "Id", job_id AS "JobId" FROM tag WHERE job_id = ANY ({jobs}) AND id = ANY ({ids})
                UNION ALL SELECT id, job_id FROM shape WHERE job_id = ANY ({jobs}) AND id = ANY ({ids})
                UNION ALL SELECT id, job_id FROM track WHERE job_id = ANY ({jobs}) AND id = ANY ({ids})
                """)
            .ToDictionaryAsync(row => row.Id, row => row.JobId, cancel);
    }

    private sealed record ObjectInJob(long Id, int JobId);

    /// <summary>The stored objects that the given ones name by id.</summary>
    /// <exception cref="InvalidAnnotationsException">An id is not in the job, unless that is to be passed over, or is named twice.</exception>
    private static async Task<Dictionary<(AnnotationTable, long), StoredObject>> FindAsync(
        PendingChange change, JobAnnotations given, CancellationToken cancel, bool passOver = false)
    {
        var found = new Dictionary<(AnnotationTable, long), StoredObject>();
        foreach (var (_, list) in Lists(given).Where(pair => pair.List.Count > 0))
        {
            var table = AnnotationFields.TableOf(list[0]);
            var ids = list.Select(annotation => annotation.Id).Where(id => id != 0).Distinct().ToArray();
            foreach (var stored in await SelectAsync(change, AnnotationRows.Of(table), "id = ANY ($2)", ids, cancel))
            {
                found.Add((table, stored.Object.Id), stored);
            }
        }

        var errors = new AnnotationErrors();
        var seen = new HashSet<(AnnotationTable, long)>();
        foreach (var (name, list) in Lists(given))
        {
            for (var i = 0; i < list.Count; i++)
            {
                if (list[i].Id != 0 && !found.ContainsKey(Key(list[i])))
                {
                    if (passOver)
                    {
                        continue;
                    }

                    errors.Add($"/{name}/{i}/id", "unknown-id", $"The job has no {AnnotationFields.TableOf(list[i]).ToWire()} {list[i].Id}.");
                }
                else if (list[i].Id != 0 && !seen.Add(Key(list[i])))
                {
                    errors.Add($"/{name}/{i}/id", "duplicate-id", $"{list[i].Id} is there twice.");
                }
            }
        }

        errors.ThrowIfAny();
        return found;
    }

    private static async Task<List<StoredObject>> SelectAsync<T>(PendingChange change, AnnotationRows rows, string where, T[] values, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand($"{rows.Select} AND {where} ORDER BY {rows.OrderBy}", change.Connection);
        command.Parameters.Add(new() { Value = change.Job.Id });
        command.Parameters.Add(new() { Value = values });
        var found = new List<StoredObject>();
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            found.Add(rows.ReadStored(reader, change.Schema));
        }

        return found;
    }

    private static async Task EmptyAsync(PendingChange change, CancellationToken cancel)
    {
        await using var batch = new NpgsqlBatch(change.Connection);
        foreach (var sql in AnnotationRows.All.Select(rows => rows.DeleteAll).Append("DELETE FROM label_count WHERE job_id = $1"))
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand(sql) { Parameters = { new() { Value = change.Job.Id } } });
        }

        await batch.ExecuteNonQueryAsync(cancel);
    }

    /// <summary>Gives ids from the sequence to every object, node and keyframe that has none.</summary>
    private async Task<List<AnnotationObject>> GiveIdsAsync(List<AnnotationObject> objects, CancellationToken cancel)
    {
        var missing = objects.Sum(InnerIds.CountMissing);
        if (missing == 0)
        {
            return objects;
        }

        var next = await NextIdsAsync(missing, cancel);
        return objects.ConvertAll(annotation => InnerIds.Fill(annotation, ref next));
    }

    private async Task<long> NextIdsAsync(int count, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand("SELECT reserve_annotation_ids($1)", Connection);
        command.Parameters.Add(new() { Value = count });
        return (long)(await command.ExecuteScalarAsync(cancel))!;
    }

    private static (AnnotationTable, long) Key(AnnotationObject annotation) => (AnnotationFields.TableOf(annotation), annotation.Id);

    private static (string Name, IReadOnlyList<AnnotationObject> List)[] Lists(JobAnnotations annotations) =>
        [("tags", annotations.Tags), ("shapes", annotations.Shapes), ("tracks", annotations.Tracks)];

    private static JobAnnotations ToAnnotations(int revision, IEnumerable<AnnotationObject> objects)
    {
        var all = objects.ToList();
        return new JobAnnotations(revision, [.. all.OfType<Tag>()], [.. all.OfType<Shape>()], [.. all.OfType<Track>()]);
    }
}
