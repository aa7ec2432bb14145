using System.Text.Json;
using Annotator.Api.Errors;
using Annotator.Api.Lists;
using Annotator.Core;
using Annotator.Core.Models;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Annotator.Api.Models;

/// <summary>One attempt at a PATCH of a model.</summary>
internal sealed class ModelChange(AnnotatorDbContext db, ModelChecks modelChecks, ConnectorSecrets secrets, TimeProvider time, Links links)
{
    /// <summary>Characters of a description; more is no description.</summary>
    private const int MaxDescription = 1 << 20;

    /// <summary>Null when it was saved. A changed description is checked against the files: the model is not usable until that is done.</summary>
    public async Task<ProblemHttpResult?> TryAsync(int id, PatchedModelWriteRequest body, HttpRequest request, CancellationToken cancel)
    {
        var model = await db.Models.SingleAsync(model => model.Id == id, cancel);
        if (!RowTag.Matches(request, RowTag.Of(model.RowVersion)))
        {
            return Problems.Stale((await ModelEndpoints.RowAsync(db, id, cancel)).Write(links));
        }

        var checks = new Checks();
        if (body.Name.IsSent)
        {
            checks.Required("name", body.Name.Value, 128);
        }

        checks.AtMost("license", body.License.Value, 1024);
        checks.AtMost("notes", body.Notes.Value, 4096);
        checks.That(!body.Visibility.IsSent || ModelWords.Visibility(body.Visibility.Value) is not null, "visibility", "Say owner or everyone.");
        if (body.Description.IsSent)
        {
            checks.That(body.Description.Value.ValueKind == JsonValueKind.Object, "description", "A description is an object, as model.json has it.");
            checks.That(body.Description.Value.GetRawText().Length <= MaxDescription, "description", $"A description has at most {MaxDescription} characters.");
            checks.That(model.State != ModelState.Uploading && !await modelChecks.IsRunningAsync(id, cancel), "description", "The model is being uploaded or checked; wait for that.");
        }

        if (body.Connector.IsSent)
        {
            checks.That(model.Connector is not null && body.Connector.Value is not null, "connector", "A model with files stays one: add another model for the address.");
            checks.That(!await modelChecks.IsRunningAsync(id, cancel), "connector", "The model is being checked; wait for that.");
            checks.That(!body.Description.IsSent, "connector", "Change the connector or the description, one after the other.");
            if (body.Connector.Value is not null)
            {
                checks.Check(body.Connector.Value);
            }
        }

        if (!checks.Passed)
        {
            return checks.Problem();
        }

        model.Name = body.Name.Or(model.Name)!;
        model.License = body.License.Or(model.License) ?? "";
        model.Notes = body.Notes.Or(model.Notes) ?? "";
        model.Visibility = body.Visibility.IsSent ? ModelWords.Visibility(body.Visibility.Value)!.Value : model.Visibility;
        model.UpdatedDate = time.GetUtcNow();
        if (body.Description.IsSent)
        {
            model.Description = body.Description.Value.GetRawText();
        }

        if (body.Connector.IsSent)
        {
            model.Apply(body.Connector.Value!, secrets);
        }

        try
        {
            if (body.Description.IsSent || body.Connector.IsSent)
            {
                await modelChecks.StartAsync(model, corrected: body.Description.IsSent, cancel);
            }
            else
            {
                await db.SaveChangesAsync(cancel);
            }

            return null;
        }
        catch (DbUpdateConcurrencyException)
        {
            db.ChangeTracker.Clear();
            return Problems.Stale((await ModelEndpoints.RowAsync(db, id, cancel)).Write(links));
        }
    }
}
