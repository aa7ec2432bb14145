using Annotator.Core.Annotations;
using Annotator.Tests.Support;

namespace Annotator.Tests.Data.Maintenance;

/// <summary>What becomes of clients that come back after their part of the log was pruned.</summary>
public sealed class PruningTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>, IAsyncLifetime
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
    public async Task The_log_loses_its_beginning_and_says_so_to_whoever_needs_it()
    {
        var car = await _street.GivenACarAsync();
        await _ben.SendAsync(Journal.Update(car, 1, """{"group":7}"""));
        _street.Time.Advance(TimeSpan.FromDays(100));
        await _ben.SendAsync(Journal.Update(car, 2, """{"group":8}"""));

        await PruneAsync(changes: 50);

        Assert.Null(await ChangesAsync(0));
        Assert.Null(await ChangesAsync(1));
        Assert.Equal([3], (await ChangesAsync(2))!.Select(change => change.Revision));
        Assert.Empty((await ChangesAsync(3))!);
        Assert.Equal(8, Assert.Single((await _street.ReadAsync()).Shapes).Group);
    }

    [Fact]
    public async Task A_log_that_is_old_from_end_to_end_goes_whole_and_the_job_goes_on()
    {
        var car = await _street.GivenACarAsync();
        _street.Time.Advance(TimeSpan.FromDays(100));

        await PruneAsync(changes: 50);

        Assert.Null(await ChangesAsync(0));
        Assert.Empty((await ChangesAsync(1))!);
        Assert.Equal((2, OpStatus.Ok), Outcome(await _ann.SendAsync(Journal.Update(car, 1, """{"group":3}"""))));
        Assert.Equal([2], (await ChangesAsync(1))!.Select(change => change.Revision));
    }

    [Fact]
    public async Task A_change_from_before_the_log_is_a_conflict_where_the_object_was_changed_since_and_none_where_it_was_not()
    {
        var (changed, untouched) = (await _street.GivenACarAsync(), await _street.GivenACarAsync());
        await _ben.SendAsync(Journal.Update(changed, 1, """{"group":7}"""));
        _street.Time.Advance(TimeSpan.FromDays(100));
        await PruneAsync(changes: 50);

        var answer = await _ann.SendAsync(Journal.Update(changed, 1, """{"group":9,"z_order":4}"""), Journal.Update(untouched, 2, """{"group":9}"""));

        Assert.Equal([OpStatus.Conflict, OpStatus.Ok], answer.Results.Select(result => result.Status));
        Assert.Equal(["group", "z_order"], answer.Results[0].Fields.Order(StringComparer.Ordinal));
        Assert.Equal(7, answer.Results[0].Current!.Value.GetProperty("group").GetInt32());
    }

    [Fact]
    public async Task What_was_removed_can_be_brought_back_for_as_long_as_the_log_reaches()
    {
        var (old, recent) = (await _street.GivenACarAsync(), await _street.GivenACarAsync());
        await _ben.SendAsync(Journal.Remove(old, 1));
        _street.Time.Advance(TimeSpan.FromDays(100));
        await _ben.SendAsync(Journal.Remove(recent, 2));

        await PruneAsync(changes: 50);
        var answer = await _ann.SendAsync(Journal.Update(old, 1, """{"group":1}"""), Journal.Update(recent, 2, """{"group":1}"""));

        Assert.Equal([OpStatus.Conflict, OpStatus.Resurrected], answer.Results.Select(result => result.Status));
        Assert.Null(answer.Results[0].Current);
        Assert.Equal(recent.Id, Assert.Single((await _street.ReadAsync()).Shapes).Id);
    }

    [Fact]
    public async Task The_newest_batch_of_a_journal_is_answered_long_after_and_older_ones_are_refused_by_number()
    {
        var car = await _street.GivenACarAsync();
        await _ann.SendAsync(1, Journal.Update(car, 1, """{"group":1}"""));
        var last = await _ann.SendAsync(2, Journal.Update(car, 1, """{"group":2}"""));
        _street.Time.Advance(TimeSpan.FromDays(100));

        await PruneAsync(answers: 50);

        var again = await _ann.SendAsync(2, Journal.Update(car, 1, """{"group":2}"""));
        Assert.Equal((last.Revision, true), (again.Revision, again.Replayed));
        Assert.Equal(3, (await Assert.ThrowsAsync<BatchOutOfOrderException>(() => _ann.SendAsync(1, Journal.Update(car, 1, """{"group":1}""")))).Expected);

        // Forgotten altogether it starts anew, under another name; sending the same again does no harm.
        await PruneAsync(answers: 50, journals: 50);
        Assert.Equal(1, (await Assert.ThrowsAsync<BatchOutOfOrderException>(() => _ann.SendAsync(2, Journal.Update(car, 1, """{"group":2}""")))).Expected);
        var anew = new Journal(_street, _street.Ann);
        Assert.Equal(OpStatus.Ok, Outcome(await anew.SendAsync(1, Journal.Update(car, 1, """{"group":2}"""))).Status);
        Assert.Equal(2, Assert.Single((await _street.ReadAsync()).Shapes).Group);
    }

    private Task<PruningResult> PruneAsync(int changes = 1000, int answers = 1000, int journals = 1000)
    {
        var now = _street.Time.GetUtcNow();
        return _street.StoreAsync(store => store.PruneAsync(new PruningLimits(now.AddDays(-changes), now.AddDays(-answers), now.AddDays(-journals)), Cancel));
    }

    private Task<IReadOnlyList<JobChange>?> ChangesAsync(int since) => _street.StoreAsync(store => store.ReadChangesAsync(_street.Job, since, Cancel));

    private static (int Revision, OpStatus Status) Outcome(OpsAnswer answer) => (answer.Revision, Assert.Single(answer.Results).Status);
}
