using Annotator.Api.Operations;
using Annotator.Core;
using Annotator.Core.Identity;
using Annotator.Core.Models;
using Annotator.Core.Operations;
using Microsoft.EntityFrameworkCore;

namespace Annotator.Api.Models;

/// <summary>Has the worker look at a model.</summary>
internal sealed class ModelChecks(AnnotatorDbContext db, OperationService operations, CurrentUser user, TimeProvider time)
{
    /// <summary>Whether the worker is at it, or will be.</summary>
    public Task<bool> IsRunningAsync(int modelId, CancellationToken cancel)
    {
        var key = RequestKeys.CheckModel(modelId);
        return db.Operations.AnyAsync(row => row.Key == key && (row.State == OperationState.Queued || row.State == OperationState.Started), cancel);
    }

    /// <summary>Starts it, or leaves the one that runs; saves what else is pending in the context. The request's id.</summary>
    /// <param name="corrected">Whether a person has said what the model is.</param>
    public async Task<string> StartAsync(AnnotationModel model, bool corrected, CancellationToken cancel)
    {
        (model.State, model.Message, model.UpdatedDate) = (ModelState.Checking, "", time.GetUtcNow());
        var key = RequestKeys.CheckModel(model.Id);
        await operations.StartAsync(
            new OperationRequest { Key = key, Type = "check:model", Target = "model", OwnerId = user.Id, Arguments = new CheckModelArguments(model.Id, corrected) },
            cancel);
        return key;
    }
}
