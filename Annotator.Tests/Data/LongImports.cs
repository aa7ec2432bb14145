using System.Runtime.CompilerServices;
using Annotator.Core.Annotations;
using Annotator.Core.Jobs;
using Annotator.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Annotator.Tests.Data;

/// <summary>What goes on beside an import that takes long: people are not kept waiting, and nothing gets mixed up.</summary>
public sealed class LongImports(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>, IAsyncLifetime
{
    private const int Many = 5_000;
    private Street _street = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _street = await Street.CreateAsync(fixture.Database);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task The_state_of_a_job_is_changed_while_annotations_are_imported_into_it_and_another_writer_waits()
    {
        await using var import = new HalfWay(_street);
        await import.ReachedAsync();

        await SetStateAsync(_street.Job, JobState.InProgress);
        await SetStateAsync(_street.OtherJob, JobState.Completed);
        var edit = Task.Run(() => _street.CreateAsync(_street.Box(5)), Cancel);
        await WaitForAWaitingOneAsync("advisory");
        import.GoOn();
        await import.Done;

        Assert.Equal(2, (await edit).Revision);
        Assert.Equal(Many + 1, (await _street.ReadAsync()).Shapes.Count);
        await using var db = _street.CreateContext();
        var jobs = await db.Jobs.AsNoTracking().Where(job => job.TaskId == _street.TaskId).OrderBy(job => job.Id).ToListAsync(Cancel);
        Assert.Equal([(JobState.InProgress, 2), (JobState.Completed, 1)], jobs.Select(job => (job.State, job.Revision)));
    }

    [Fact]
    public async Task A_job_that_is_deleted_during_an_import_goes_when_the_import_is_over_and_leaves_no_annotations()
    {
        await using var import = new HalfWay(_street);
        await import.ReachedAsync();
        var delete = Task.Run(
            async () =>
            {
                await using var db = _street.CreateContext();
                return await db.Jobs.Where(job => job.Id == _street.Job).ExecuteDeleteAsync(Cancel);
            },
            Cancel);
        await WaitForAWaitingOneAsync("transactionid");
        import.GoOn();
        await import.Done;

        Assert.Equal(1, await delete);
        await using var db = _street.CreateContext();
        var job = _street.Job;
        Assert.Equal(0, await db.Database.SqlQuery<long>($"SELECT count(*) AS \"Value\" FROM shape WHERE job_id = {job}").SingleAsync(Cancel));
    }

    /// <summary>With a limit, so that a wait for the import is an error and no endless test.</summary>
    private async Task SetStateAsync(int jobId, JobState state)
    {
        await using var db = _street.CreateContext();
        await db.Database.OpenConnectionAsync(Cancel);
        await db.Database.ExecuteSqlRawAsync("SET lock_timeout = '5s'", Cancel);
        await db.Jobs.Where(job => job.Id == jobId).ExecuteUpdateAsync(job => job.SetProperty(row => row.State, state), Cancel);
    }

    private async Task WaitForAWaitingOneAsync(string lockType)
    {
        await using var db = _street.CreateContext();
        var waiting = db.Database.SqlQuery<int>(
            $"SELECT pid AS \"Value\" FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE NOT granted AND locktype = {lockType} AND datname = current_database()");
        while (!await waiting.AnyAsync(Cancel))
        {
            await Task.Yield();
        }
    }

    /// <summary>An import of both jobs that stops within the second one, until it is told to go on.</summary>
    private sealed class HalfWay : IAsyncDisposable
    {
        private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _goOn = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly Street _street;

        public HalfWay(Street street)
        {
            _street = street;
            Done = Task.Run(ImportAsync, Cancel);
        }

        public Task Done { get; }

        public Task ReachedAsync() => Task.WhenAny(_reached.Task, Done).Unwrap();

        public void GoOn() => _goOn.TrySetResult();

        public async ValueTask DisposeAsync()
        {
            GoOn();
            await Done.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        private async Task ImportAsync()
        {
            await using var db = _street.CreateContext();
            var store = new AnnotationStore(db, _street.Time);
            await db.Database.CreateExecutionStrategy().ExecuteAsync(async () =>
            {
                await using var transaction = await db.Database.BeginTransactionAsync(Cancel);
                await store.AppendAllAsync(
                    _street.Ann, [(_street.Job, Objects(0, stops: false, Cancel)), (_street.OtherJob, Objects(50, stops: true, Cancel))], replace: true, Cancel);
                await transaction.CommitAsync(Cancel);
            });
        }

        private async IAsyncEnumerable<AnnotationObject> Objects(int from, bool stops, [EnumeratorCancellation] CancellationToken cancel)
        {
            for (var number = 0; number < Many; number++)
            {
                if (stops && number == Many - 1)
                {
                    _reached.SetResult();
                    await _goOn.Task.WaitAsync(cancel);
                }

                yield return _street.Box(from + number % 50, number);
            }
        }
    }
}
