using Annotator.Core.Annotations;
using Annotator.Formats.Model;
using Annotator.Tests.Support;

namespace Annotator.Tests.Data;

/// <summary>The editor's batches on a real PostgreSQL: docs/annotations-protocol.md, line by line.</summary>
public sealed class OpsTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>, IAsyncLifetime
{
    private static readonly CancellationToken Cancel = CancellationToken.None;
    private Street _street = null!;
    private Journal _ann = null!;
    private Journal _ben = null!;

    public async ValueTask InitializeAsync()
    {
        _street = await Street.CreateAsync(fixture.Database);
        (_ann, _ben) = (new Journal(_street, _street.Ann), new Journal(_street, _street.Ben));
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task An_object_is_added_changed_and_removed_under_the_id_it_was_drawn_with()
    {
        var id = await _ann.ReserveAsync();
        var car = _street.Box(3) with { Id = id };

        Assert.Equal((1, OpStatus.Ok), Outcome(await _ann.SendAsync(Journal.Add(car))));
        Assert.Equal((2, OpStatus.Ok), Outcome(await _ann.SendAsync(Journal.Update(car, 1, """{"points":[1,2,3,4],"occluded":true}"""))));
        var stored = Assert.Single((await _street.ReadAsync()).Shapes);
        Assert.Equal((id, true), (stored.Id, stored.Occluded));
        Assert.Equal([1, 2, 3, 4], stored.Points);

        Assert.Equal((3, OpStatus.Ok), Outcome(await _ann.SendAsync(Journal.Remove(car, 2))));
        Assert.Empty((await _street.ReadAsync()).Shapes);
        Assert.Equal(("", ""), await _street.CountsAsync());
    }

    [Fact]
    public async Task A_track_keeps_how_its_outline_is_interpolated_until_that_is_changed()
    {
        var track = new Track
        {
            Id = await _ann.ReserveAsync(), Frame = 3, LabelId = _street.Car.Id, Interpolation = InterpolationMode.Aligned,
            Keyframes = [new Keyframe { Frame = 3, Kind = ShapeKind.Polygon, Points = [1, 2, 30, 4, 5, 60] }],
        };

        Assert.Equal((1, OpStatus.Ok), Outcome(await _ann.SendAsync(Journal.Add(track))));
        Assert.Equal(InterpolationMode.Aligned, Assert.Single((await _street.ReadAsync()).Tracks).Interpolation);
        Assert.Equal((2, OpStatus.Ok), Outcome(await _ann.SendAsync(Journal.Update(track, 1, """{"group":7}"""))));
        Assert.Equal(InterpolationMode.Aligned, Assert.Single((await _street.ReadAsync()).Tracks).Interpolation);
        Assert.Equal((3, OpStatus.Ok), Outcome(await _ann.SendAsync(Journal.Update(track, 2, """{"interpolation":"cvat"}"""))));
        Assert.Equal(InterpolationMode.Cvat, Assert.Single((await _street.ReadAsync()).Tracks).Interpolation);
    }

    [Fact]
    public async Task Somebody_changed_other_fields_and_both_changes_stand()
    {
        var car = await _street.GivenACarAsync();
        await _ben.SendAsync(Journal.Update(car, 1, """{"group":7}"""));
        Assert.Equal((3, OpStatus.Ok), Outcome(await _ann.SendAsync(Journal.Update(car, 1, """{"points":[1,2,3,4]}"""))));

        var stored = await OnlyShapeAsync();
        Assert.Equal(7, stored.Group);
        Assert.Equal([1, 2, 3, 4], stored.Points);
    }

    [Fact]
    public async Task Somebody_changed_the_same_field_to_the_same_value_and_that_is_fine()
    {
        var car = await _street.GivenACarAsync();
        await _ben.SendAsync(Journal.Update(car, 1, """{"points":[1,2,3,4]}"""));
        Assert.Equal((3, OpStatus.Ok), Outcome(await _ann.SendAsync(Journal.Update(car, 1, """{"points":[1,2,3,4]}"""))));
    }

    [Fact]
    public async Task Somebody_changed_the_same_field_theirs_stands_and_my_other_fields_are_applied()
    {
        var car = await _street.GivenACarAsync();
        await _ben.SendAsync(Journal.Update(car, 1, """{"points":[5,6,7,8]}"""));
        var result = Assert.Single((await _ann.SendAsync(Journal.Update(car, 1, """{"points":[1,2,3,4],"z_order":9}"""))).Results);

        Assert.Equal(OpStatus.Conflict, result.Status);
        Assert.Equal(["points"], result.Fields);
        Assert.Equal(9, result.Current!.Value.GetProperty("z_order").GetInt32());
        var stored = await OnlyShapeAsync();
        Assert.Equal([5, 6, 7, 8], stored.Points);
        Assert.Equal(9, stored.ZOrder);
    }

    [Fact]
    public async Task Use_mine_is_a_new_op_on_the_current_revision()
    {
        var car = await _street.GivenACarAsync();
        await _ben.SendAsync(Journal.Update(car, 1, """{"points":[5,6,7,8]}"""));
        var revision = (await _ann.SendAsync(Journal.Update(car, 1, """{"points":[1,2,3,4]}"""))).Revision;
        Assert.Equal(OpStatus.Ok, Outcome(await _ann.SendAsync(Journal.Update(car, revision, """{"points":[1,2,3,4]}"""))).Status);
        Assert.Equal(new double[] { 1, 2, 3, 4 }, (await OnlyShapeAsync()).Points);
    }

    [Fact]
    public async Task Somebody_removed_the_object_and_my_update_brings_it_back()
    {
        var car = await _street.GivenACarAsync();
        await _ben.SendAsync(Journal.Update(car, 1, """{"group":7}"""), Journal.Remove(car, 1));
        var answer = await _ann.SendAsync(Journal.Update(car, 1, """{"points":[1,2,3,4]}"""));

        Assert.Equal(OpStatus.Resurrected, Assert.Single(answer.Results).Status);
        var stored = await OnlyShapeAsync();
        Assert.Equal((car.Id, 7), (stored.Id, stored.Group));
        Assert.Equal([1, 2, 3, 4], stored.Points);
        var (counts, counted) = await _street.CountsAsync();
        Assert.Equal(counted, counts);
    }

    [Fact]
    public async Task Somebody_changed_the_object_and_my_removal_is_refused()
    {
        var car = await _street.GivenACarAsync();
        await _ben.SendAsync(Journal.Update(car, 1, """{"points":[5,6,7,8]}"""));
        var result = Assert.Single((await _ann.SendAsync(Journal.Remove(car, 1))).Results);

        Assert.Equal(OpStatus.Conflict, result.Status);
        Assert.Equal(car.Id, result.Current!.Value.GetProperty("id").GetInt64());
        Assert.Single((await _street.ReadAsync()).Shapes);
    }

    [Fact]
    public async Task Both_removed_the_object_and_that_is_fine()
    {
        var car = await _street.GivenACarAsync();
        await _ben.SendAsync(Journal.Remove(car, 1));
        Assert.Equal(OpStatus.Ok, Outcome(await _ann.SendAsync(Journal.Remove(car, 1))).Status);
    }

    [Fact]
    public async Task My_own_earlier_batches_are_no_conflict()
    {
        var car = await _street.GivenACarAsync();
        await _ann.SendAsync(Journal.Update(car, 1, """{"points":[1,1,2,2]}"""));
        Assert.Equal(OpStatus.Ok, Outcome(await _ann.SendAsync(Journal.Update(car, 1, """{"points":[3,3,4,4]}"""))).Status);
        Assert.Equal(new double[] { 3, 3, 4, 4 }, (await OnlyShapeAsync()).Points);
        Assert.Equal(OpStatus.Ok, Outcome(await _ann.SendAsync(Journal.Remove(car, 1))).Status);
    }

    [Fact]
    public async Task A_change_that_no_longer_fits_to_the_object_is_a_conflict_and_no_error()
    {
        var car = await _street.GivenACarAsync();
        await _ben.SendAsync(Journal.Update(car, 1, $$"""{"label_id":{{_street.Lane.Id}},"type":"polyline","points":[0,0,9,9]}"""));
        var result = Assert.Single((await _ann.SendAsync(Journal.Update(car, 1, $$"""{"attributes":[{"spec_id":{{_street.Colour}},"value":"blue"}]}"""))).Results);

        Assert.Equal((OpStatus.Conflict, "attributes"), (result.Status, Assert.Single(result.Fields)));
        Assert.Equal(_street.Lane.Id, (await OnlyShapeAsync()).LabelId);
    }

    [Fact]
    public async Task A_change_of_something_that_a_clear_took_away_is_a_conflict_without_an_object()
    {
        var car = await _street.GivenACarAsync();
        await _street.StoreAsync(store => store.ClearAsync(_street.Job, _street.Ben, null, Cancel));
        var result = Assert.Single((await _ann.SendAsync(Journal.Update(car, 1, """{"points":[1,2,3,4]}"""))).Results);
        Assert.Equal(OpStatus.Conflict, result.Status);
        Assert.Null(result.Current);
    }

    [Fact]
    public async Task Undoing_a_removal_gives_an_object_its_id_back_whoever_made_it()
    {
        var car = await _street.GivenACarAsync();
        await _ben.SendAsync(Journal.Remove(car, 1));
        Assert.Equal(OpStatus.Ok, Outcome(await _ben.SendAsync(Journal.Add(car))).Status);
        Assert.Equal(car.Id, (await OnlyShapeAsync()).Id);
    }

    [Fact]
    public async Task A_batch_that_comes_twice_is_applied_once_and_answered_the_same()
    {
        var car = await _street.GivenACarAsync();
        var id = await _ann.ReserveAsync();
        await _ben.SendAsync(Journal.Update(car, 1, """{"points":[5,6,7,8]}"""));
        Op[] ops = [Journal.Add(_street.Box(4) with { Id = id }), Journal.Update(car, 1, """{"points":[1,2,3,4]}""")];
        var first = await _ann.SendAsync(1, ops);
        await _ben.SendAsync(Journal.Update(car, 2, """{"group":3}"""));
        var second = await _ann.SendAsync(1, ops);

        Assert.False(first.Replayed);
        Assert.True(second.Replayed);
        Assert.Equal(first.Revision, second.Revision);
        Assert.Equal(first.Results.Select(Text), second.Results.Select(Text));
        Assert.Equal(2, (await _street.ReadAsync()).Shapes.Count);
        Assert.Equal(4, (await _street.ReadAsync()).Revision);
    }

    [Fact]
    public async Task Copies_of_a_batch_that_arrive_at_once_are_applied_once()
    {
        var id = await _ann.ReserveAsync();
        var add = Journal.Add(_street.Box(4) with { Id = id });
        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => _ann.SendAsync(1, add)));

        Assert.Single(answers, answer => !answer.Replayed);
        Assert.All(answers, answer => Assert.Equal((1, OpStatus.Ok), Outcome(answer)));
        Assert.Single((await _street.ReadAsync()).Shapes);
    }

    [Fact]
    public async Task A_batch_that_overtakes_another_is_refused_until_its_turn()
    {
        var first = await _ann.ReserveAsync(2);
        var early = await Assert.ThrowsAsync<BatchOutOfOrderException>(() => _ann.SendAsync(2, Journal.Add(_street.Box(5) with { Id = first + 1 })));
        Assert.Equal(1, early.Expected);
        Assert.Equal(0, (await _street.ReadAsync()).Revision);

        await _ann.SendAsync(1, Journal.Add(_street.Box(4) with { Id = first }));
        await _ann.SendAsync(2, Journal.Add(_street.Box(5) with { Id = first + 1 }));
        Assert.Equal([first, first + 1], (await _street.ReadAsync()).Shapes.Select(shape => shape.Id));
    }

    [Fact]
    public async Task One_invalid_op_refuses_the_whole_batch()
    {
        var car = await _street.GivenACarAsync();
        var id = await _ann.ReserveAsync();
        var refused = await Assert.ThrowsAsync<InvalidAnnotationsException>(() => _ann.SendAsync(
            Journal.Update(car, 1, """{"group":5}"""),
            Journal.Add(_street.Box(77) with { Id = id }),
            Journal.Add(_street.Box(4) with { Id = 123_456_789 }),
            Journal.Update(car, 1, """{"colour":"blue"}""")));

        Assert.Equal(
            [("/ops/1/value/frame", "frame"), ("/ops/2/id", "id-not-reserved"), ("/ops/3/set/colour", "unknown-field")],
            refused.Errors.Select(error => (error.Pointer, error.Code)));
        Assert.Equal((1, 0), ((await _street.ReadAsync()).Revision, (await OnlyShapeAsync()).Group));
        Assert.Equal(OpStatus.Ok, Outcome(await _ann.SendAsync(1, Journal.Update(car, 1, """{"group":5}"""))).Status);
    }

    [Fact]
    public async Task Ids_of_another_user_or_job_cannot_be_taken()
    {
        var bens = await _ben.ReserveAsync();
        var elsewhere = (await _street.StoreAsync(store => store.ReserveIdsAsync(_street.OtherJob, _street.Ann, 1, Cancel))).First;
        foreach (var id in new[] { bens, elsewhere })
        {
            await Assert.ThrowsAsync<InvalidAnnotationsException>(() => _ann.SendAsync(1, Journal.Add(_street.Box(4) with { Id = id })));
        }
    }

    [Fact]
    public async Task Blocks_of_ids_never_overlap()
    {
        var blocks = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => _street.StoreAsync(store => store.ReserveIdsAsync(_street.Job, _street.Ann, 1 + (i * 37), Cancel))));
        var ids = blocks.SelectMany(block => Enumerable.Range(0, block.Count).Select(i => block.First + i)).ToList();
        Assert.Equal(ids.Count, ids.Distinct().Count());
    }

    [Fact]
    public async Task Two_editors_at_once_lose_nothing()
    {
        const int rounds = 25;
        var cars = (await _street.CreateAsync([.. Enumerable.Range(0, rounds).Select(i => _street.Box(i))])).Shapes;
        var (annsFirst, bensFirst) = (await _ann.ReserveAsync(rounds), await _ben.ReserveAsync(rounds));

        async Task<int> EditAsync(Journal journal, long first, string set)
        {
            for (var i = 0; i < rounds; i++)
            {
                var answer = await journal.SendAsync(Journal.Update(cars[i], 1, set), Journal.Add(_street.Box(i, 100) with { Id = first + i }));
                Assert.All(answer.Results, result => Assert.Equal(OpStatus.Ok, result.Status));
            }

            return rounds;
        }

        await Task.WhenAll(EditAsync(_ann, annsFirst, """{"points":[1,2,3,4]}"""), EditAsync(_ben, bensFirst, """{"group":9,"z_order":2}"""));

        var read = await _street.ReadAsync();
        Assert.Equal(1 + (2 * rounds), read.Revision);
        Assert.Equal(3 * rounds, read.Shapes.Count);
        Assert.All(read.Shapes.Where(shape => shape.Id < annsFirst), shape =>
        {
            Assert.Equal([1, 2, 3, 4], shape.Points);
            Assert.Equal((9, 2), (shape.Group, shape.ZOrder));
        });
        var (stored, counted) = await _street.CountsAsync();
        Assert.Equal(counted, stored);
    }

    [Fact]
    public async Task The_log_tells_others_what_to_do_to_have_the_same()
    {
        var id = await _ann.ReserveAsync();
        var car = _street.Box(3) with { Id = id };
        await _ann.SendAsync(Journal.Add(car));
        await _ann.SendAsync(Journal.Update(car, 1, """{"z_order":4,"points":[10,20,40,60]}"""));
        await _street.StoreAsync(store => store.ClearAsync(_street.Job, _street.Ben, null, Cancel));

        var changes = await _street.StoreAsync(store => store.ReadChangesAsync(_street.Job, 0, Cancel));
        Assert.NotNull(changes);
        Assert.Equal([1, 2, 3], changes.Select(change => change.Revision));
        Assert.Equal((_street.Ann, _ann.ClientId), (changes[0].UserId, changes[0].ClientId));
        Assert.Equal(3, changes[0].Ops!.Value[0].GetProperty("value").GetProperty("frame").GetInt32());
        Assert.Equal("""{"z_order":4}""", changes[1].Ops!.Value[0].GetProperty("set").GetRawText());
        Assert.Null(changes[2].Ops);
        Assert.Empty((await _street.StoreAsync(store => store.ReadChangesAsync(_street.Job, 3, Cancel)))!);
    }

    [Fact]
    public async Task A_log_that_was_cut_says_so()
    {
        await _street.GivenACarAsync();
        await _street.GivenACarAsync();
        await DatabaseTemplate.ExecuteAsync(fixture.Database.ConnectionString, $"DELETE FROM annotation_change WHERE job_id = {_street.Job} AND revision = 1");

        Assert.Null(await _street.StoreAsync(store => store.ReadChangesAsync(_street.Job, 0, Cancel)));
        Assert.Single((await _street.StoreAsync(store => store.ReadChangesAsync(_street.Job, 1, Cancel)))!);
    }

    [Fact]
    public async Task Changes_by_the_contract_and_by_ops_meet_on_one_store()
    {
        var car = await _street.GivenACarAsync();
        await _street.StoreAsync(store => store.UpdateAsync(_street.Job, _street.Ben, Street.Annotations(car with { Points = [5, 6, 7, 8] }), null, Cancel));
        var result = Assert.Single((await _ann.SendAsync(Journal.Update(car, 1, """{"points":[1,2,3,4],"group":2}"""))).Results);

        Assert.Equal((OpStatus.Conflict, "points"), (result.Status, Assert.Single(result.Fields)));
        Assert.Equal(2, (await OnlyShapeAsync()).Group);
    }

    [Fact]
    public async Task A_track_and_a_tag_are_merged_by_field_too()
    {
        var created = await _street.CreateAsync(
            new Tag { Frame = 2, LabelId = _street.Car.Id },
            new Track { LabelId = _street.Car.Id, Keyframes = [new Keyframe { Frame = 1, Kind = ShapeKind.Rectangle, Points = [0, 0, 1, 1] }] });
        await _ben.SendAsync(Journal.Update(created.Tracks[0], 1, """{"group":4}"""), Journal.Update(created.Tags[0], 1, """{"frame":5}"""));
        var answer = await _ann.SendAsync(
            Journal.Update(created.Tracks[0], 1, """{"shapes":[{"type":"rectangle","frame":6,"points":[1,1,2,2]},{"type":"rectangle","frame":1,"points":[0,0,1,1]}]}"""),
            Journal.Update(created.Tags[0], 1, """{"frame":6}"""));

        Assert.Equal([OpStatus.Ok, OpStatus.Conflict], answer.Results.Select(result => result.Status));
        var read = await _street.ReadAsync();
        Assert.Equal((4, 2), (read.Tracks[0].Group, read.Tracks[0].Keyframes.Count));
        Assert.Equal(created.Tracks[0].Keyframes[0].Id, read.Tracks[0].Keyframes[0].Id);
        Assert.Equal(5, read.Tags[0].Frame);
    }

    private async Task<Shape> OnlyShapeAsync() => Assert.Single((await _street.ReadAsync()).Shapes);

    private static (int Revision, OpStatus Status) Outcome(OpsAnswer answer) => (answer.Revision, Assert.Single(answer.Results).Status);

    private static string Text(OpResult result) => $"{result.Id} {result.Status} {string.Join(',', result.Fields)} {result.Current?.GetRawText()}";
}
