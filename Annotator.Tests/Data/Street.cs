using System.Text.Json;
using Annotator.Core;
using Annotator.Core.Annotations;
using Annotator.Core.Identity;
using Annotator.Core.Jobs;
using Annotator.Core.Media;
using Annotator.Core.Projects;
using Annotator.Core.Tasks;
using Annotator.Formats.Model;
using Annotator.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Time.Testing;

namespace Annotator.Tests.Data;

/// <summary>
/// A task of 100 frames with jobs of frames 0 to 49 and 50 to 99, two users, and labels of each sort: car (any kind; attributes
/// parked, changeable, and colour), person (a skeleton of head and foot) and lane (polylines).
/// </summary>
internal sealed class Street
{
    private readonly TestDatabase _database;

    private Street(TestDatabase database)
    {
        _database = database;
    }

    public int Ann { get; private init; }
    public int Ben { get; private init; }
    public int Job { get; private init; }
    public int OtherJob { get; private init; }
    public int TaskId { get; private init; }
    public Label Car { get; private init; } = null!;
    public Label Lane { get; private init; } = null!;
    public Label Person { get; private init; } = null!;
    public Label Head { get; private init; } = null!;
    public Label Foot { get; private init; } = null!;
    public int Parked { get; private init; }
    public int Colour { get; private init; }
    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 11, 1, 12, 0, 0, TimeSpan.Zero));

    public static async Task<Street> CreateAsync(TestDatabase database)
    {
        await using var db = database.CreateContext();
        var ann = new User { UserName = "ann" + Guid.CreateVersion7().ToString("N") };
        var ben = new User { UserName = "ben" + Guid.CreateVersion7().ToString("N") };
        var project = new Project { Name = "Streets" };
        var task = new AnnotationTask { Name = "Monday", Project = project, Data = new TaskData { Size = 100 } };
        var first = new AnnotationJob { Task = task, StartFrame = 0, StopFrame = 49 };
        var second = new AnnotationJob { Task = task, StartFrame = 50, StopFrame = 99 };
        var parked = new LabelAttribute { Name = "parked", InputType = AttributeInputType.Checkbox, DefaultValue = "false", Mutable = true };
        var colour = new LabelAttribute { Name = "colour", InputType = AttributeInputType.Select, DefaultValue = "red", Values = ["red", "blue"] };
        var car = new Label { Project = project, Name = "car", Attributes = { parked, colour } };
        var lane = new Label { Project = project, Name = "lane", Type = "polyline" };
        var person = new Label { Project = project, Name = "person", Type = "skeleton" };
        var head = new Label { Project = project, Parent = person, Name = "head", Type = "points" };
        var foot = new Label { Project = project, Parent = person, Name = "foot", Type = "points" };
        db.AddRange(ann, ben, first, second, car, lane, person, head, foot);
        await db.SaveChangesAsync();
        return new Street(database)
        {
            Ann = ann.Id, Ben = ben.Id, Job = first.Id, OtherJob = second.Id, TaskId = task.Id,
            Car = car, Lane = lane, Person = person, Head = head, Foot = foot, Parked = parked.Id, Colour = colour.Id,
        };
    }

    public AnnotatorDbContext CreateContext() => _database.CreateContext();

    /// <summary>Runs work on a store with a context of its own, as a request has.</summary>
    public async Task<T> StoreAsync<T>(Func<AnnotationStore, Task<T>> work)
    {
        await using var db = _database.CreateContext();
        return await work(new AnnotationStore(db, Time));
    }

    public Task<JobAnnotations> ReadAsync(FrameRange? frames = null) => StoreAsync(store => store.ReadAsync(Job, frames, CancellationToken.None));

    public Task<JobAnnotations> CreateAsync(params AnnotationObject[] objects) =>
        StoreAsync(store => store.CreateAsync(Job, Ann, Annotations(objects), null, CancellationToken.None));

    /// <summary>One car that Ann made, as stored.</summary>
    public async Task<Shape> GivenACarAsync(int frame = 3) => (await CreateAsync(Box(frame))).Shapes[0];

    public Shape Box(int frame, double x = 10) => new() { Frame = frame, LabelId = Car.Id, Kind = ShapeKind.Rectangle, Points = [x, 20, x + 30, 60] };

    public static JobAnnotations Annotations(params AnnotationObject[] objects) =>
        new(0, [.. objects.OfType<Tag>()], [.. objects.OfType<Shape>()], [.. objects.OfType<Track>()]);

    /// <summary>The label counts as stored, without rows of nothing, next to what the rows really hold.</summary>
    public async Task<(string Stored, string Counted)> CountsAsync()
    {
        await using var db = _database.CreateContext();
        var stored = await db.Database.SqlQuery<string>(
            $"SELECT label_id || ':' || kind || '=' || shapes || ',' || tracks || ',' || keyframes AS \"Value\" FROM label_count WHERE job_id = {Job} AND (shapes, tracks, keyframes) <> (0, 0, 0)").ToListAsync();
        var counted = await db.Database.SqlQuery<string>(
            $"""
             SELECT label_id || ':' || kind || '=' || sum(s) || ',' || sum(t) || ',' || sum(k) AS "Value" FROM (
                 SELECT label_id, 0 AS kind, 1 AS s, 0 AS t, 0 AS k FROM tag WHERE job_id = {Job}
                 UNION ALL SELECT label_id, kind, 1, 0, 0 FROM shape WHERE job_id = {Job}
                 UNION ALL SELECT label_id, kind, 0, 1, keyframe_count FROM track WHERE job_id = {Job}) AS rows
             GROUP BY label_id, kind
             """).ToListAsync();
        return (string.Join(' ', stored.Order(StringComparer.Ordinal)), string.Join(' ', counted.Order(StringComparer.Ordinal)));
    }
}

/// <summary>One editor's journal: it numbers its batches and remembers the revision it knows.</summary>
internal sealed class Journal(Street street, int user)
{
    public Guid ClientId { get; } = Guid.CreateVersion7();
    public int Sequence { get; private set; }

    public Task<OpsAnswer> SendAsync(params Op[] ops) => SendAsync(++Sequence, ops);

    public Task<OpsAnswer> SendAsync(int sequence, params Op[] ops) =>
        street.StoreAsync(store => store.ApplyAsync(street.Job, user, new OpsBatch(ClientId, sequence, 0, ops), CancellationToken.None));

    public async Task<long> ReserveAsync(int count = 1) =>
        (await street.StoreAsync(store => store.ReserveIdsAsync(street.Job, user, count, CancellationToken.None))).First;

    public static Op Add(AnnotationObject value) =>
        new(OpKind.Add, TableOf(value), value.Id, 0, AnnotationJsonWriter.ToElement(value));

    public static Op Update(AnnotationObject seen, int revision, string set) =>
        new(OpKind.Update, TableOf(seen), seen.Id, revision, JsonDocument.Parse(set).RootElement);

    public static Op Remove(AnnotationObject seen, int revision) => new(OpKind.Remove, TableOf(seen), seen.Id, revision, null);

    private static AnnotationTable TableOf(AnnotationObject value) => value switch
    {
        Tag => AnnotationTable.Tag,
        Track => AnnotationTable.Track,
        _ => AnnotationTable.Shape,
    };
}
