using System.Text;
using System.Text.Json;
using Annotator.Core.Annotations;
using Annotator.Core.Tasks;
using Annotator.Formats.Model;
using Annotator.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Annotator.Tests.Data;

/// <summary>The contract's create, read, update, delete and replace on a real PostgreSQL.</summary>
public sealed class StoreTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>, IAsyncLifetime
{
    private static readonly CancellationToken Cancel = CancellationToken.None;
    private Street _street = null!;

    public async ValueTask InitializeAsync() => _street = await Street.CreateAsync(fixture.Database);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Every_kind_is_read_as_it_was_written()
    {
        var sent = EveryKind();
        var created = await _street.CreateAsync(sent);
        var read = await _street.ReadAsync();

        Assert.Equal(Json(created), Json(read));
        var all = read.Tags.Concat<AnnotationObject>(read.Shapes).Concat(read.Tracks).ToList();
        Assert.Equal(sent.Length, all.Count);
        Assert.All(sent, given => Assert.Single(all, stored => stored.GetType() == given.GetType() && JsonWithoutIds(stored) == JsonWithoutIds(WithDefaults(given))));
        var ids = all.SelectMany(Ids).ToList();
        Assert.DoesNotContain(0, ids);
        Assert.Equal(ids.Count, ids.Distinct().Count());
    }

    [Fact]
    public async Task What_is_streamed_is_what_is_read()
    {
        await _street.CreateAsync(EveryKind());
        var buffer = new MemoryStream();
        var revision = 0;
        await _street.StoreAsync(store => store.WriteJsonAsync(_street.Job, null, buffer, known => (revision = known) > 0, Cancel));

        Assert.Equal(1, revision);
        Assert.Equal(Json(await _street.ReadAsync()), Encoding.UTF8.GetString(buffer.ToArray()));
    }

    [Fact]
    public async Task A_range_of_frames_holds_what_stands_there_and_tracks_that_reach_in()
    {
        var ended = Moving(0, Key(1), Key(10) with { Outside = true });
        var endless = Moving(0, Key(20));
        await _street.CreateAsync(_street.Box(4), _street.Box(5), _street.Box(9), _street.Box(10), new Tag { Frame = 5, LabelId = _street.Car.Id }, ended, endless);

        var early = await _street.ReadAsync(new FrameRange(5, 9));
        Assert.Equal([5, 9], early.Shapes.Select(shape => shape.Frame));
        Assert.Single(early.Tags);
        Assert.Equal(1, Assert.Single(early.Tracks).Frame);
        Assert.Equal(20, Assert.Single((await _street.ReadAsync(new FrameRange(40, 45))).Tracks).Frame);
        Assert.Empty((await _street.ReadAsync(new FrameRange(11, 19))).Tracks);
    }

    [Fact]
    public async Task Exports_read_frame_by_frame_whatever_stands_there()
    {
        await _street.CreateAsync(
            new Tag { Frame = 0, LabelId = _street.Car.Id }, _street.Box(2), _street.Box(2), new Tag { Frame = 2, LabelId = _street.Car.Id },
            new Tag { Frame = 3, LabelId = _street.Car.Id }, _street.Box(7), new Tag { Frame = 9, LabelId = _street.Car.Id });

        var frames = await _street.StoreAsync(async store => await store.ReadFramesAsync(_street.Job, Cancel).ToListAsync(Cancel));
        Assert.Equal([(0, 1, 0), (2, 1, 2), (3, 1, 0), (7, 0, 1), (9, 1, 0)], frames.Select(frame => (frame.Frame, frame.Tags.Count, frame.Shapes.Count)));
    }

    [Fact]
    public async Task Updating_keeps_ids_of_objects_nodes_and_keyframes()
    {
        var created = await _street.CreateAsync(_street.Box(3), Moving(0, Key(1), Key(4)), Person(2));
        var box = created.Shapes.Single(shape => shape.Kind == ShapeKind.Rectangle);
        var person = created.Shapes.Single(shape => shape.Kind == ShapeKind.Skeleton);
        var track = created.Tracks[0];
        var anonymous = person with { Elements = [.. person.Elements.Select(node => node with { Id = 0, Points = [7, 7] })] };
        var moved = track with { Keyframes = [.. track.Keyframes.Select(keyframe => keyframe with { Id = 0 }), Key(9)] };

        await _street.StoreAsync(store => store.UpdateAsync(_street.Job, _street.Ann, Street.Annotations(box with { Points = [1, 1, 2, 2] }, anonymous, moved), null, Cancel));

        var read = await _street.ReadAsync();
        Assert.Equal([1.0, 1, 2, 2], read.Shapes.Single(shape => shape.Id == box.Id).Points);
        Assert.Equal(person.Elements.Select(node => node.Id), read.Shapes.Single(shape => shape.Id == person.Id).Elements.Select(node => node.Id));
        var keyframes = read.Tracks.Single(other => other.Id == track.Id).Keyframes;
        Assert.Equal(track.Keyframes.Select(keyframe => keyframe.Id), keyframes.Take(2).Select(keyframe => keyframe.Id));
        Assert.NotEqual(0, keyframes[2].Id);
    }

    [Fact]
    public async Task An_update_without_id_creates_and_one_of_an_unknown_id_changes_nothing()
    {
        var car = await _street.GivenACarAsync();
        var updated = await _street.StoreAsync(store => store.UpdateAsync(_street.Job, _street.Ann, Street.Annotations(car with { ZOrder = 4 }, _street.Box(8)), null, Cancel));
        Assert.Equal(2, updated.Shapes.Count);

        var refused = await Assert.ThrowsAsync<InvalidAnnotationsException>(() => _street.StoreAsync(
            store => store.UpdateAsync(_street.Job, _street.Ann, Street.Annotations(car with { ZOrder = 5 }, _street.Box(8) with { Id = 999_999_999 }), null, Cancel)));
        Assert.Equal(("/shapes/1/id", "unknown-id"), (refused.Errors[0].Pointer, refused.Errors[0].Code));
        var read = await _street.ReadAsync();
        Assert.Equal(2, read.Revision);
        Assert.Equal(4, read.Shapes.Single(shape => shape.Id == car.Id).ZOrder);
    }

    [Fact]
    public async Task Deleting_passes_over_what_is_gone_and_a_second_time_changes_nothing()
    {
        var car = await _street.GivenACarAsync();
        var deleted = await _street.StoreAsync(store => store.DeleteAsync(_street.Job, _street.Ann, Street.Annotations(car, new Tag { Id = 77 }), null, Cancel));
        Assert.Equal(car.Id, Assert.Single(deleted.Shapes).Id);
        Assert.Empty(deleted.Tags);
        Assert.Empty((await _street.ReadAsync()).Shapes);

        var again = await _street.StoreAsync(store => store.DeleteAsync(_street.Job, _street.Ann, Street.Annotations(car), null, Cancel));
        Assert.Empty(again.Shapes);
        Assert.Equal(deleted.Revision, again.Revision);
    }

    [Fact]
    public async Task A_stale_revision_is_refused_and_says_the_current_one()
    {
        await _street.GivenACarAsync();
        var stale = await Assert.ThrowsAsync<StaleRevisionException>(() => _street.StoreAsync(
            store => store.ReplaceAsync(_street.Job, _street.Ann, Street.Annotations(), 0, Cancel)));
        Assert.Equal(1, stale.Current);
        Assert.Single((await _street.ReadAsync()).Shapes);
    }

    [Fact]
    public async Task Replacing_leaves_nothing_but_the_new()
    {
        await _street.CreateAsync(EveryKind());
        await _street.StoreAsync(store => store.ReplaceAsync(_street.Job, _street.Ann, Street.Annotations(_street.Box(1)), 1, Cancel));

        var read = await _street.ReadAsync();
        Assert.Equal(1, Assert.Single(read.Shapes).Frame);
        Assert.Empty(read.Tags);
        Assert.Empty(read.Tracks);
        Assert.Equal(2, read.Revision);
    }

    [Theory]
    [InlineData(false, 12_001)]
    [InlineData(true, 12_000)]
    public async Task An_import_appends_or_replaces_any_number_of_objects(bool replace, int expected)
    {
        await _street.GivenACarAsync();
        var many = Enumerable.Range(0, 12_000).Select(i => (AnnotationObject)(i % 100 == 0 ? new Tag { Frame = i % 50, LabelId = _street.Car.Id } : _street.Box(i % 50, i)));
        var revision = await _street.StoreAsync(store => store.AppendAsync(_street.Job, _street.Ann, many.ToAsyncEnumerable(), replace, Cancel));

        var read = await _street.ReadAsync();
        Assert.Equal((2, expected), (revision, read.Shapes.Count + read.Tags.Count));
        Assert.Equal(2, read.Revision);
        var (stored, counted) = await _street.CountsAsync();
        Assert.Equal(counted, stored);
    }

    [Fact]
    public async Task An_import_with_one_wrong_object_adds_nothing()
    {
        var many = Enumerable.Range(0, 12_000).Select(i => (AnnotationObject)(_street.Box(i % 50) with { LabelId = i == 11_000 ? 0 : _street.Car.Id }));
        var refused = await Assert.ThrowsAsync<InvalidAnnotationsException>(
            () => _street.StoreAsync(store => store.AppendAsync(_street.Job, _street.Ann, many.ToAsyncEnumerable(), false, Cancel)));

        Assert.Equal("/objects/11000/label_id", refused.Errors[0].Pointer);
        var read = await _street.ReadAsync();
        Assert.Equal((0, 0), (read.Revision, read.Shapes.Count));
    }

    [Fact]
    public async Task Label_counts_follow_every_change()
    {
        var created = await _street.CreateAsync(EveryKind());
        await _street.StoreAsync(store => store.UpdateAsync(
            _street.Job, _street.Ann, Street.Annotations(created.Tracks[0] with { Keyframes = [Key(3)] }, created.Shapes[0] with { Kind = ShapeKind.Ellipse, Points = [1, 2, 3, 4] }), null, Cancel));
        await _street.StoreAsync(store => store.DeleteAsync(_street.Job, _street.Ann, Street.Annotations(created.Shapes[1]), null, Cancel));

        var (stored, counted) = await _street.CountsAsync();
        Assert.NotEmpty(stored);
        Assert.Equal(counted, stored);

        await _street.StoreAsync(store => store.ClearAsync(_street.Job, _street.Ann, null, Cancel));
        Assert.Equal(("", ""), await _street.CountsAsync());
    }

    [Fact]
    public async Task A_changed_default_does_not_change_what_people_saw()
    {
        var (red, blue) = (_street.Box(1), _street.Box(2) with { Attributes = new Dictionary<int, string> { [_street.Colour] = "blue" } });
        await _street.CreateAsync(red, blue);
        await using (var db = _street.CreateContext())
        {
            await db.LabelAttributes.Where(attribute => attribute.Id == _street.Colour).ExecuteUpdateAsync(set => set.SetProperty(attribute => attribute.DefaultValue, "blue"), Cancel);
        }

        var read = await _street.ReadAsync();
        Assert.Equal(["red", "blue"], read.Shapes.Select(shape => shape.Attributes[_street.Colour]));
    }

    [Fact]
    public async Task Deleting_a_job_or_its_task_deletes_its_annotations()
    {
        await _street.CreateAsync(EveryKind());
        await using var db = _street.CreateContext();
        await db.Tasks.Where(task => task.Id == _street.TaskId).ExecuteDeleteAsync(Cancel);

        var left = await db.Database.SqlQuery<long>(
            $"""
             SELECT (SELECT count(*) FROM tag WHERE job_id = {_street.Job}) + (SELECT count(*) FROM shape WHERE job_id = {_street.Job})
                 + (SELECT count(*) FROM track WHERE job_id = {_street.Job}) + (SELECT count(*) FROM annotation_change WHERE job_id = {_street.Job})
                 + (SELECT count(*) FROM label_count WHERE job_id = {_street.Job}) AS "Value"
             """).SingleAsync(Cancel);
        Assert.Equal(0, left);
        await Assert.ThrowsAsync<JobGoneException>(() => _street.ReadAsync());
    }

    [Fact]
    public async Task Deleting_labels_removes_their_objects_and_nodes_and_tells_the_log()
    {
        await _street.CreateAsync(_street.Box(1), Person(2), new Shape { Frame = 3, LabelId = _street.Lane.Id, Kind = ShapeKind.Polyline, Points = [0, 0, 5, 5] });
        await DeleteLabelsAsync(_street.Lane.Id, _street.Foot.Id);

        var read = await _street.ReadAsync();
        Assert.Equal(2, read.Revision);
        Assert.Equal(2, read.Shapes.Count);
        Assert.Equal(_street.Head.Id, Assert.Single(read.Shapes[1].Elements).LabelId);
        var changes = await _street.StoreAsync(store => store.ReadChangesAsync(_street.Job, 1, Cancel));
        Assert.Null(Assert.Single(changes!).Ops);
        var (counts, counted) = await _street.CountsAsync();
        Assert.Equal(counted, counts);

        await DeleteLabelsAsync(_street.Lane.Id);
        Assert.Equal(2, (await _street.ReadAsync()).Revision);

        Task<bool> DeleteLabelsAsync(params int[] labels) => _street.StoreAsync(async store =>
        {
            await store.DeleteLabelsAsync(_street.Ben, labels, Cancel);
            return true;
        });
    }

    [Fact]
    public async Task Changes_of_several_jobs_stand_or_fall_together_in_the_callers_transaction()
    {
        await using var db = _street.CreateContext();
        var store = new AnnotationStore(db, _street.Time);
        await db.Database.CreateExecutionStrategy().ExecuteAsync(async () =>
        {
            await using var transaction = await db.Database.BeginTransactionAsync(Cancel);
            await store.CreateAsync(_street.Job, _street.Ann, Street.Annotations(_street.Box(1)), null, Cancel);
            await store.CreateAsync(_street.OtherJob, _street.Ann, Street.Annotations(_street.Box(60)), null, Cancel);
            await transaction.RollbackAsync(Cancel);
        });

        Assert.Equal(0, (await _street.ReadAsync()).Revision);
        Assert.Empty((await store.ReadAsync(_street.OtherJob, null, Cancel)).Shapes);
    }

    private AnnotationObject[] EveryKind()
    {
        var car = _street.Car.Id;
        return
        [
            new Tag { Frame = 1, LabelId = car, Group = 3, Source = AnnotationSource.File },
            new Shape { Frame = 2, LabelId = car, Kind = ShapeKind.Rectangle, Points = [1.5, 2.25, 3, 4], Rotation = 359.5f, Occluded = true, ZOrder = -7, Score = 0.25f, Source = AnnotationSource.Auto },
            new Shape { Frame = 2, LabelId = car, Kind = ShapeKind.Polygon, Points = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6], Outside = true },
            new Shape { Frame = 3, LabelId = _street.Lane.Id, Kind = ShapeKind.Polyline, Points = [-5, 1e6, 3, 4] },
            new Shape { Frame = 3, LabelId = car, Kind = ShapeKind.Points, Points = [1, 2], Attributes = new Dictionary<int, string> { [_street.Colour] = "blue" } },
            new Shape { Frame = 4, LabelId = car, Kind = ShapeKind.Ellipse, Points = [5, 5, 9, 1], Source = AnnotationSource.SemiAuto },
            new Shape { Frame = 5, LabelId = car, Kind = ShapeKind.Cuboid, Points = [.. Enumerable.Range(0, 16).Select(i => i * 1.25)] },
            new Shape { Frame = 6, LabelId = car, Kind = ShapeKind.Mask, Points = [0, 16_777_217, 8_222_783, 0, 0, 4999, 4999] },
            Person(7),
            Moving(2, Key(0), Key(5) with { Attributes = new Dictionary<int, string> { [_street.Parked] = "true" } }, Key(9) with { Outside = true }),
            new Track
            {
                LabelId = _street.Person.Id,
                Frame = 8,
                Keyframes = [new Keyframe { Frame = 8, Kind = ShapeKind.Skeleton }],
                Elements =
                [
                    new TrackElement { LabelId = _street.Head.Id, Frame = 8, Keyframes = [Node(8), Node(12) with { Outside = true }] },
                    new TrackElement { LabelId = _street.Foot.Id, Frame = 8, Keyframes = [Node(8)] },
                ],
            },
        ];
    }

    private Shape Person(int frame) => new()
    {
        Frame = frame, LabelId = _street.Person.Id, Kind = ShapeKind.Skeleton,
        Elements =
        [
            new ShapeElement { LabelId = _street.Head.Id, Points = [1.5, 2] },
            new ShapeElement { LabelId = _street.Foot.Id, Points = [3, 4], Outside = true },
        ],
    };

    private Track Moving(int group, params Keyframe[] keyframes) =>
        new() { LabelId = _street.Car.Id, Group = group, Frame = keyframes[0].Frame, Keyframes = keyframes };

    private static Keyframe Key(int frame) => new() { Frame = frame, Kind = ShapeKind.Rectangle, Points = [frame, 0, frame + 10, 10] };

    private static Keyframe Node(int frame) => new() { Frame = frame, Kind = ShapeKind.Points, Points = [frame, frame] };

    /// <summary>What the store adds to an object: values of attributes that were not given.</summary>
    private AnnotationObject WithDefaults(AnnotationObject given)
    {
        if (given.LabelId != _street.Car.Id)
        {
            return given;
        }

        var colour = given.Attributes.GetValueOrDefault(_street.Colour, "red");
        var parked = new Dictionary<int, string> { [_street.Parked] = "false" };
        return given is Track track
            ? track with { Attributes = new Dictionary<int, string> { [_street.Colour] = colour }, Keyframes = [track.Keyframes[0] with { Attributes = parked }, .. track.Keyframes.Skip(1)] }
            : given with { Attributes = new Dictionary<int, string> { [_street.Parked] = "false", [_street.Colour] = colour } };
    }

    private static string Json(JobAnnotations annotations)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            AnnotationJsonWriter.Write(writer, annotations);
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    private static string JsonWithoutIds(AnnotationObject annotation)
    {
        var bare = annotation with { Id = 0 };
        bare = bare switch
        {
            Shape shape => shape with { Elements = [.. shape.Elements.Select(element => element with { Id = 0 })] },
            Track track => track with
            {
                Keyframes = [.. track.Keyframes.Select(keyframe => keyframe with { Id = 0 })],
                Elements = [.. track.Elements.Select(element => element with { Id = 0, Keyframes = [.. element.Keyframes.Select(keyframe => keyframe with { Id = 0 })] })],
            },
            _ => bare,
        };
        return AnnotationJsonWriter.ToElement(bare).GetRawText();
    }

    private static IEnumerable<long> Ids(AnnotationObject annotation) => annotation switch
    {
        Shape shape => shape.Elements.Select(element => element.Id).Prepend(shape.Id),
        Track track => track.Keyframes.Select(keyframe => keyframe.Id)
            .Concat(track.Elements.SelectMany(element => element.Keyframes.Select(keyframe => keyframe.Id).Prepend(element.Id)))
            .Prepend(track.Id),
        _ => [annotation.Id],
    };
}
